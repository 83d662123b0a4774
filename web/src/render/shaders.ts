// The two shaders of the WebGL2 renderer. Every shape is a distance: one instanced call draws all of them,
// with edges that are smooth at any size.

/** One quad per item, a pixel larger than the shape so that the soft edge has room. */
export const vertex_source = `#version 300 es
layout(location = 0) in vec2 at;
layout(location = 1) in vec2 half_size;
layout(location = 2) in vec2 along;
layout(location = 3) in vec4 colour;
layout(location = 4) in uvec2 kind;
layout(location = 5) in float extra;
uniform vec4 camera;
uniform float pixel;
uniform vec4 name_widths[50];
out vec2 place;
flat out vec2 reach;
flat out vec4 paint;
flat out uvec2 what;
flat out float more;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1)) * 2.0 - 1.0;
  reach = max(half_size, vec2(1e-4));
  if (kind.x == 7u) reach.x = reach.y * name_widths[min(kind.y, 199u) >> 2][kind.y & 3u];
  place = corner * (reach + pixel);
  vec2 turned = vec2(place.x * along.x - place.y * along.y, place.x * along.y + place.y * along.x);
  gl_Position = vec4((at + turned - camera.xy) * camera.zw, 0.0, 1.0);
  paint = vec4(colour.rgb * colour.a, colour.a);
  what = kind;
  more = extra;
}`;

/**
 * Distances are in world units, negative inside. \`pixel\` is the size of one pixel of the picture. An
 * ellipse's distance is the first step of Newton's method: exact enough within a pixel of its edge.
 */
export const fragment_source = `#version 300 es
precision highp float;
precision highp int;
in vec2 place;
flat in vec2 reach;
flat in vec4 paint;
flat in uvec2 what;
flat in float more;
uniform float pixel;
uniform sampler2D names;
uniform vec3 name_cell;
out vec4 fragment;

float rounded(vec2 p, vec2 size, float corner) {
  vec2 outside = abs(p) - size + corner;
  return length(max(outside, 0.0)) + min(max(outside.x, outside.y), 0.0) - corner;
}
float ellipse(vec2 p, vec2 size) {
  vec2 scaled = p / size;
  float level = length(scaled);
  return level < 0.001 ? -min(size.x, size.y) : level * (level - 1.0) / length(scaled / size);
}
float star(vec2 p) {
  const float wedge = 0.6283185;
  float angle = mod(atan(p.x, -p.y) + wedge, 2.0 * wedge) - wedge;
  vec2 folded = length(p) * vec2(cos(angle), abs(sin(angle)));
  vec2 tip = vec2(1.0, 0.0);
  vec2 edge = 0.46 * vec2(cos(wedge), sin(wedge)) - tip;
  vec2 from_tip = folded - tip;
  return dot(from_tip, normalize(vec2(edge.y, -edge.x)));
}
// A square on its corner, and a disc on each of its upper sides.
float heart(vec2 p) {
  p = vec2(abs(p.x), -p.y);
  float lobe = length(p - vec2(0.4142, 0.3284)) - 0.5858;
  float body = (p.x + abs(p.y + 0.0858) - 0.8284) * 0.7071;
  return min(lobe, body);
}
vec4 label() {
  vec2 share = (place / reach + 1.0) * 0.5;
  if (any(lessThan(share, vec2(0.0))) || any(greaterThan(share, vec2(1.0)))) return vec4(0.0);
  vec2 cell = vec2(float(what.y & 3u), float(what.y >> 2u));
  vec2 wide = vec2(reach.x / reach.y * name_cell.z, 1.0);
  vec2 ink = texture(names, (cell + share * wide) * name_cell.xy).rg;
  vec4 halo = vec4(0.02, 0.06, 0.06, 0.72) * vec4(vec3(0.72), 1.0) * ink.g * paint.a;
  return halo * (1.0 - ink.r) + paint * ink.r;
}
void main() {
  float small = min(reach.x, reach.y);
  float d;
  switch (what.x) {
    case 0u: d = rounded(place, reach, min(more, small)); break;
    case 1u: d = ellipse(place, reach); break;
    case 2u: d = abs(ellipse(place, reach) + more * 0.5) - more * 0.5; break;
    case 3u: d = rounded(place, reach, reach.y); break;
    case 4u: d = star(place / reach) * small; break;
    case 5u: d = heart(place / reach) * small; break;
    case 6u: {
      float level = max(1.0 - length(place / reach), 0.0);
      fragment = paint * level * level * (3.0 - 2.0 * level);
      return;
    }
    case 7u: fragment = label(); return;
    default: discard;
  }
  fragment = paint * clamp(0.5 - d / pixel, 0.0, 1.0);
}`;
