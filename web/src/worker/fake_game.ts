// A game without WebAssembly, for tests: the functions of core/client/exports.h over a real memory, which
// grows when the test wants it to.
import { offset_of } from '../render/draw_list.ts';
import { stat_names } from './client_stats.ts';
import { abi_version, type GameExports } from './game_module.ts';
import { notice_bytes } from './notices.ts';

const page_bytes = 65_536;
const places = {
  scratch: 0,
  output: 4096,
  items: 8192,
  camera: 12_288,
  stats: 16_384,
  events: 20_480,
  standing: 32_768,
};

export class FakeGame {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  readonly calls: string[] = [];
  readonly received: number[][] = [];
  readonly hashes = new Map<number, bigint>();
  outgoing: number[][] = [];
  requests: { kind: number; first: number; count: number }[] = [];
  stats: Partial<Record<(typeof stat_names)[number], number>> = {};
  controls: number[] = [];
  version = abi_version;
  rules = 1;
  /** Each the 36 bytes of a notice. */
  notices: Uint8Array[] = [];
  standing: number[] | null = null;
  desync: { tick: number; hash: bigint; expected: bigint; state: number[] } | null = null;
  /** Every call makes the memory grow: all views of before are empty then. */
  grows = false;

  exports(): GameExports {
    const view = () => new DataView(this.memory.buffer);
    const take = (lane: string) => (bytes: number) => {
      this.calls.push(lane);
      this.received.push([...new Uint8Array(this.memory.buffer, places.scratch, bytes)]);
      this.#grow();
    };
    let request = { kind: 0, first: 0, count: 0 };
    return {
      memory: this.memory,
      gs_abi_version: () => this.version,
      gs_rules_version: () => this.rules,
      gs_scratch: () => {
        this.#grow();
        return places.scratch;
      },
      gs_enter: (seat, epoch) => this.calls.push(`enter ${seat} ${epoch}`),
      gs_datagram: take('datagram'),
      gs_transfer: take('transfer'),
      gs_controls: (...values) => {
        this.controls = values;
      },
      gs_round_trip: (rtt_us) => this.calls.push(`round_trip ${rtt_us}`),
      gs_turn: () => {
        this.calls.push('turn');
        this.#grow();
      },
      gs_take_datagram: () => {
        const next = this.outgoing.shift() ?? [];
        this.#grow();
        new Uint8Array(this.memory.buffer).set(next, places.output);
        return next.length;
      },
      gs_output: () => places.output,
      gs_take_request: () => {
        request = this.requests.shift() ?? { kind: 0, first: 0, count: 0 };
        return request.kind;
      },
      gs_request_first: () => request.first,
      gs_request_count: () => request.count,
      gs_draw: () => {
        this.calls.push('draw');
        this.#grow();
        view().setFloat32(places.items + offset_of.at, 7, true);
        view().setFloat32(places.camera, 10, true);
        view().setFloat32(places.camera + 4, 20, true);
        view().setFloat32(places.camera + 8, 8, true);
        view().setUint32(places.camera + 12, 0xff030201, true);
        return 1;
      },
      gs_draw_items: () => places.items,
      gs_camera: () => places.camera,
      ...this.#match(),
      gs_stats: () => {
        this.#grow();
        stat_names.forEach((name, index) => {
          view().setFloat64(places.stats + index * 8, this.stats[name] ?? 0, true);
        });
        return places.stats;
      },
      gs_has_hash: (tick) => (this.hashes.has(tick) ? 1 : 0),
      gs_hash_at: (tick) => BigInt.asIntN(64, this.hashes.get(tick) ?? 0n),
    };
  }

  /** What a match tells beside its pictures. */
  #match() {
    let desync = { tick: 0, hash: 0n, expected: 0n, state: [] as number[] };
    return {
      gs_take_events: () => {
        this.#grow();
        const notices = this.notices.splice(0);
        notices.forEach((notice, index) => {
          new Uint8Array(this.memory.buffer).set(notice, places.events + index * notice_bytes);
        });
        return notices.length;
      },
      gs_event_items: () => places.events,
      gs_standing: () => {
        this.standing?.forEach((number, index) => {
          new DataView(this.memory.buffer).setInt32(places.standing + 4 * index, number, true);
        });
        return this.standing ? places.standing : 0;
      },
      gs_take_desync: () => {
        desync = this.desync ?? desync;
        this.desync = null;
        const { state } = desync;
        desync = { ...desync, state: [] };
        new Uint8Array(this.memory.buffer).set(state, places.output);
        return state.length;
      },
      gs_desync_tick: () => desync.tick,
      gs_desync_hash: () => desync.hash,
      gs_desync_expected: () => desync.expected,
    };
  }

  #grow(): void {
    if (this.grows && this.memory.buffer.byteLength < 64 * page_bytes) this.memory.grow(1);
  }
}
