// Draws a draw list with WebGL2: the bytes go to the graphics card as they are, one instanced call draws
// them. Lives in the Worker (OffscreenCanvas). Survives the loss of its context.
import { item_bytes, items_max, offset_of, type Renderer, type Scene } from './draw_list.ts';
import { cell_at, cell_height, cell_width, columns, LabelPainter, rows } from './label_cells.ts';
import { fragment_source, vertex_source } from './shaders.ts';

/** Alpha is wanted by nobody: the picture fills its canvas. */
const context_attributes: WebGLContextAttributes = {
  alpha: false,
  antialias: false,
  depth: false,
  powerPreference: 'low-power',
};

const names_unit = 0;

function compiled(gl: WebGL2RenderingContext, type: number, source: string): WebGLShader {
  const shader = gl.createShader(type);
  if (!shader) throw new Error('no shader');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
    throw new Error(`shader: ${gl.getShaderInfoLog(shader)}`);
  }
  return shader;
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  gl.attachShader(program, compiled(gl, gl.VERTEX_SHADER, vertex_source));
  gl.attachShader(program, compiled(gl, gl.FRAGMENT_SHADER, fragment_source));
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`program: ${gl.getProgramInfoLog(program)}`);
  }
  return program;
}

/** The fields of an item, read where they lie. */
function describe_items(gl: WebGL2RenderingContext): void {
  const field = (place: number, size: number, type: number, normalized: boolean, offset: number) => {
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, type, normalized, item_bytes, offset);
    gl.vertexAttribDivisor(place, 1);
  };
  field(0, 2, gl.FLOAT, false, offset_of.at);
  field(1, 2, gl.FLOAT, false, offset_of.half_size);
  field(2, 2, gl.SHORT, true, offset_of.cos);
  field(3, 4, gl.UNSIGNED_BYTE, true, offset_of.colour);
  gl.enableVertexAttribArray(4);
  gl.vertexAttribIPointer(4, 2, gl.UNSIGNED_BYTE, item_bytes, offset_of.shape);
  gl.vertexAttribDivisor(4, 1);
  field(5, 1, gl.FLOAT, false, offset_of.extra);
}

class WebGl2Renderer implements Renderer {
  readonly kind = 'webgl2';
  readonly #gl: WebGL2RenderingContext;
  readonly #canvas: OffscreenCanvas;
  readonly #painter = new LabelPainter();
  readonly #names = new Map<number, string>();
  readonly #stopped = new AbortController();
  /** Widths of the names by their height, for the shader. */
  readonly #widths = new Float32Array(columns * rows);
  readonly #changed = new Set<number>();
  #camera: WebGLUniformLocation | null = null;
  #pixel: WebGLUniformLocation | null = null;
  #name_widths: WebGLUniformLocation | null = null;
  #finished: WebGLSync | null = null;
  #lost = false;

  constructor(canvas: OffscreenCanvas, gl: WebGL2RenderingContext) {
    this.#canvas = canvas;
    this.#gl = gl;
    this.#prepare();
    const { signal } = this.#stopped;
    const on_lost = (event: Event) => {
      // Says that we want it back.
      event.preventDefault();
      this.#lost = true;
      this.#finished = null;
    };
    canvas.addEventListener('webglcontextlost' as 'contextlost', on_lost, { signal });
    const on_restored = () => {
      this.#lost = false;
      this.#prepare();
      for (const seat of this.#names.keys()) this.#changed.add(seat);
    };
    canvas.addEventListener('webglcontextrestored' as 'contextrestored', on_restored, { signal });
  }

  resize(width: number, height: number): void {
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  set_name(seat: number, name: string | null): void {
    if ((this.#names.get(seat) ?? null) === name) return;
    if (name === null) this.#names.delete(seat);
    else this.#names.set(seat, name);
    this.#changed.add(seat);
  }

  is_ready(): boolean {
    const gl = this.#gl;
    if (!this.#finished) return true;
    // A wait would block the Worker, and with it the connection.
    if (gl.getSyncParameter(this.#finished, gl.SYNC_STATUS) !== gl.SIGNALED) return false;
    gl.deleteSync(this.#finished);
    this.#finished = null;
    return true;
  }

  draw({ items, count, camera }: Scene): void {
    const gl = this.#gl;
    const { width, height } = this.#canvas;
    if (this.#lost || width === 0 || height === 0) return;
    if (this.#changed.size > 0) this.#paint_names();
    const scale_y = 2 / camera.height;
    gl.viewport(0, 0, width, height);
    const [red, green, blue] = camera.clear;
    gl.clearColor(red / 255, green / 255, blue / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (count === 0) return;
    gl.uniform4f(this.#camera, camera.x, camera.y, (scale_y * height) / width, -scale_y);
    gl.uniform1f(this.#pixel, camera.height / height);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, items, 0, count * item_bytes);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    if (this.#finished) gl.deleteSync(this.#finished);
    this.#finished = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  stop(): void {
    this.#stopped.abort();
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext();
  }

  #prepare(): void {
    const gl = this.#gl;
    const program = linked(gl);
    gl.useProgram(program);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, items_max * item_bytes, gl.STREAM_DRAW);
    describe_items(gl);
    gl.enable(gl.BLEND);
    // Colours are premultiplied by their alpha.
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.activeTexture(gl.TEXTURE0 + names_unit);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RG8, columns * cell_width, rows * cell_height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    this.#camera = gl.getUniformLocation(program, 'camera');
    this.#pixel = gl.getUniformLocation(program, 'pixel');
    this.#name_widths = gl.getUniformLocation(program, 'name_widths');
    gl.uniform1i(gl.getUniformLocation(program, 'names'), names_unit);
    const cell = gl.getUniformLocation(program, 'name_cell');
    gl.uniform3f(cell, 1 / columns, 1 / rows, cell_height / cell_width);
  }

  #paint_names(): void {
    const gl = this.#gl;
    for (const seat of this.#changed) {
      const name = this.#names.get(seat);
      const at = cell_at(seat);
      if (!at) continue;
      this.#widths[seat] = 0;
      if (name === undefined) continue;
      const { pixels, width } = this.#painter.paint(name);
      this.#widths[seat] = width / cell_height;
      gl.texSubImage2D(gl.TEXTURE_2D, 0, at.x, at.y, gl.RG, gl.UNSIGNED_BYTE, pixels);
    }
    this.#changed.clear();
    gl.uniform4fv(this.#name_widths, this.#widths);
  }
}

/** Not every browser counts those as the caveat that it should be. */
const software_names = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function is_software(gl: WebGL2RenderingContext): boolean {
  const name = String(gl.getParameter(gl.RENDERER));
  if (!name.startsWith('WebKit')) return software_names.test(name);
  // Chromium and Safari tell what it really is behind an extension that Firefox warns of.
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info');
  return !!unmasked && software_names.test(String(gl.getParameter(unmasked.UNMASKED_RENDERER_WEBGL)));
}

/**
 * `hardware`: WebGL2 that is computed without a graphics card is refused. It blocks the Worker for each
 * frame, and is slower than Canvas2D, which browsers do well without one.
 */
export type WebGl2Demand = 'hardware' | 'any';

/** null where the browser has no such WebGL2 for this canvas. */
export function make_webgl2_renderer(canvas: OffscreenCanvas, demand: WebGl2Demand): Renderer | null {
  const failIfMajorPerformanceCaveat = demand === 'hardware';
  const gl = canvas.getContext('webgl2', { ...context_attributes, failIfMajorPerformanceCaveat });
  if (!gl || (demand === 'hardware' && is_software(gl))) return null;
  return new WebGl2Renderer(canvas, gl);
}
