// What hands do on the picture of a match that is watched: a wheel or two fingers come nearer, one drags the
// world about, a double click is for the whole screen. Shares of the picture, as the Worker wants them.

export interface GestureLinks {
  pan(by: readonly [number, number]): void;
  zoom(factor: number, at: readonly [number, number]): void;
  whole_screen(): void;
}

const wheel_per_doubling = 300;

export function listen_to_gestures(picture: HTMLElement, links: GestureLinks, signal: AbortSignal): void {
  const fingers = new Map<number, readonly [number, number]>();
  const share_of = (x: number, y: number) => {
    const { left, top, width, height } = picture.getBoundingClientRect();
    return [(x - left) / Math.max(width, 1), (y - top) / Math.max(height, 1)] as const;
  };
  const apart = () => {
    const [one, other] = [...fingers.values()];
    if (!one || !other) return null;
    const { width, height } = picture.getBoundingClientRect();
    const [x, y] = [(one[0] - other[0]) * width, (one[1] - other[1]) * height];
    return {
      distance: Math.max(Math.hypot(x, y), 1),
      middle: [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2] as const,
    };
  };
  picture.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      links.zoom(2 ** ((-event.deltaY * lines) / wheel_per_doubling), share_of(event.clientX, event.clientY));
    },
    { signal, passive: false },
  );
  picture.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || (event.target as Element).closest('button, a, input, .net-overlay')) return;
      picture.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, share_of(event.clientX, event.clientY));
    },
    { signal },
  );
  picture.addEventListener(
    'pointermove',
    (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const at = share_of(event.clientX, event.clientY);
      const was = apart();
      fingers.set(event.pointerId, at);
      const is = apart();
      if (was && is) {
        links.zoom(is.distance / was.distance, is.middle);
        links.pan([is.middle[0] - was.middle[0], is.middle[1] - was.middle[1]]);
      } else if (fingers.size === 1) {
        links.pan([at[0] - before[0], at[1] - before[1]]);
      }
    },
    { signal },
  );
  const up = (event: PointerEvent) => fingers.delete(event.pointerId);
  picture.addEventListener('pointerup', up, { signal });
  picture.addEventListener('pointercancel', up, { signal });
  picture.addEventListener('gesturestart', (event) => event.preventDefault(), { signal });
  picture.addEventListener('dblclick', () => links.whole_screen(), { signal });
}
