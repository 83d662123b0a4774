// The player's few pictures, drawn in a square of 24.

const solid = (way: string) => `<path fill="currentColor" d="${way}"/>`;
const lens = 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20 20';
const line =
  'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';

const drawn = {
  play: solid('M7 4.500v15l12.500-7.500z'),
  pause: solid('M6.500 4.500h4v15h-4zM13.500 4.500h4v15h-4z'),
  step_back: solid('M17 5.500v13L8.500 12z') + solid('M5 5.500h2.400v13H5z'),
  step_on: solid('M7 5.500v13l8.500-6.500z') + solid('M16.600 5.500H19v13h-2.400z'),
  event_back: `<path ${line} d="M11 6l-6 6 6 6M19 6l-6 6 6 6"/>`,
  event_on: `<path ${line} d="M13 6l6 6-6 6M5 6l6 6-6 6"/>`,
  back: `<path ${line} d="M4.500 12a7.500 7.500 0 1 0 2.600-5.700"/><path ${line} d="M7.500 2.800v4h4"/>`,
  nearer: `<path ${line} d="${lens}M10.500 7.800v5.400M7.800 10.500h5.400"/>`,
  further: `<path ${line} d="${lens}M7.800 10.500h5.400"/>`,
  screen: `<path ${line} d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>`,
  less: `<path ${line} d="M14 6l-6 6 6 6"/>`,
  more: `<path ${line} d="M10 6l6 6-6 6"/>`,
} as const;

export type IconName = keyof typeof drawn;

/** Written by us, so it may be put into the page as it is. */
export function icon(name: IconName): string {
  return `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">${drawn[name]}</svg>`;
}
