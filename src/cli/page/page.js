/* page.js: draws a recording (and snapshots of its heap) from the JSON in #data.
 *
 * What is in the data (report_page.c and report_heap.c write it):
 *   live, peak, total, ...   numbers of the whole, in bytes and blocks
 *   timeline                 columns of equal length; t in milliseconds; collections are counted since the start
 *   marks                    single collections, the longest: (ms, ns paused, generation, objects, bytes given back) one
 *                            after the other; none in recordings of earlier versions
 *   files, functions         texts; frames: (file, function, line) one after the other
 *   calls                    (parent, frame, live, blocks, at the peak, total, allocations) one after the other, each of
 *                            its own only; a parent comes before; frame -1: what was too small, -2: all
 *   lines                    [frame, live, growth, peak, total, blocks, allocations, curve]
 *   types                    [name, objects, bytes, growth, peak, curve]
 *   map                      runs: (slots left out, slots, block size, resident, live)
 *   heap                     of snapshots: tree, holders, types, leaks
 * A curve is a text of 48 letters, each one of 64 heights.
 *
 * Texts of the program reach the page as text nodes and attributes only, never as markup.
 */
'use strict';
(function () {
const data = JSON.parse(document.getElementById('data').textContent);
const $ = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';

/* ---- elements and numbers ---- */

function element(name, attributes, ...children) {
  const e = name.startsWith('svg:') ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  for (const key in attributes || {}) {
    if (key === 'on') {
      for (const event in attributes.on) e.addEventListener(event, attributes.on[event]);
    } else if (attributes[key] !== null && attributes[key] !== undefined) e.setAttribute(key, attributes[key]);
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

function scaled(n, units) {
  let unit = 0;
  while (Math.abs(n) >= 1000 && unit < units.length - 1) {
    n /= 1000;
    unit++;
  }
  return n.toFixed(unit === 0 || Math.abs(n) >= 100 ? 0 : 1) + (units[unit] ? ' ' + units[unit] : '');
}
const bytes = (n) => scaled(n, ['B', 'KB', 'MB', 'GB', 'TB']);
const change = (n) => (n > 0 ? '+' : '') + bytes(n);
const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ',');
const percent = (part, whole) => (whole > 0 ? (100 * part / whole).toFixed(1) : '0.0') + ' %';
function duration(ns) {
  return ns < 1e6 ? (ns / 1e3).toFixed(0) + ' µs' : ns < 1e9 ? (ns / 1e6).toFixed(1) + ' ms' : (ns / 1e9).toFixed(2) + ' s';
}
function clock(ms, whole) {
  const s = ms / 1000;
  if (whole < 120000) return s.toFixed(whole < 10000 ? 2 : 1) + ' s';
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, r = Math.floor(s) % 60;
  return (h ? h + ':' + String(m).padStart(2, '0') : m) + ':' + String(r).padStart(2, '0');
}
const plural = (n, one, many) => count(n) + ' ' + (n === 1 ? one : many || one + 's');
/* The name of a file; of a package's own files, which all have the same, with the package: json/__init__.py. */
const baseName = (path) => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return /^__\w+__\.py$/.test(name) ? path.split('/').slice(-2).join('/') : name;
};
function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return (h ^ h >>> 15) >>> 0;
}
function say(target, ...parts) {
  target.replaceChildren(...parts.map((p) => Array.isArray(p) ? element('b', {}, p[0]) : p));
}
function frameAt(number) {
  return number < 0 ? null : { file: data.files[data.frames[3 * number]], name: data.functions[data.frames[3 * number + 1]],
    line: data.frames[3 * number + 2] };
}

/* "a round step": 1, 2 or 5 times a power of ten */
function ticks(most, about) {
  const rough = most / about, power = Math.pow(10, Math.floor(Math.log10(rough || 1)));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) || 1;
  const list = [];
  for (let v = 0; v <= most * 1.0001; v += step) list.push(v);
  return list;
}

/* ---- the head ---- */

function drawHead() {
  document.title = data.command + ' · ouro';
  $('command').textContent = data.command;
  const started = new Date(data.started * 1000);
  $('about').textContent = data.seconds.toFixed(1) + ' s from ' + started.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' }) +
    ', ' + plural(data.epochs, 'epoch');
  const notes = [];
  if (data.sample) notes.push('Sampled, one block for ' + count(data.sample) + ' bytes: the numbers are estimates.');
  if (!data.whole) notes.push('The recording breaks off: the program was killed or left by os._exit() or exec, or the disk was full.');
  $('notes').append(...notes.map((n) => element('li', {}, n)));
  const runs = data.collections.reduce((sum, g) => sum + g[0], 0), pauses = data.collections.reduce((sum, g) => sum + g[1], 0);
  const facts = [
    ['live', 'Live at the end', data.live, bytes(data.live), 'in ' + plural(data.blocks, 'block')],
    ['peak', 'Most live at one time', data.peak, bytes(data.peak), 'reached by ' + clock(data.peakBy, data.seconds * 1000)],
    ['resident', 'Most resident', data.residentPeak, bytes(data.residentPeak), bytes(data.resident) + ' at the end'],
    ['total', 'Allocated in all', data.total, bytes(data.total), 'by ' + plural(data.allocations, 'allocation')],
    ['collections', 'Collections', runs, count(runs), data.collections[2][0] + ' full; ' + duration(pauses) + ' in all'],
  ];
  $('facts').append(...facts.map(([id, name, value, text, more]) => element('div', {},
    element('dt', {}, name), element('dd', { id: 'fact-' + id, 'data-value': value }, text, more && element('small', {}, more)))));
  $('foot').textContent = 'Bytes are what the program asked for (1 KB = 1,000 B). Written by ouro report; this file needs no network.';
}

/* ---- memory over time ---- */

function path(points) {
  return points.map((p, i) => (i ? 'L' : 'M') + p[0].toFixed(1) + ' ' + p[1].toFixed(1)).join('');
}

function drawTimeline() {
  const host = $('timeline'), t = data.timeline, n = t.t.length, width = Math.max(host.clientWidth, 280);
  const left = 62, right = 14, top = 12, height = 250, strip = 34, bottom = 24, gap = 12;
  const end = Math.max(t.t[n - 1], 1), most = Math.max(1, ...t.live, ...t.resident) * 1.05;
  const x = (ms) => left + (width - left - right) * ms / end, y = (b) => top + height * (1 - b / most);
  const base = top + height, stripBase = base + gap + strip, total = stripBase + bottom;
  const svg = element('svg:svg', { viewBox: `0 0 ${width} ${total}`, height: total, role: 'img', tabindex: 0,
    'aria-label': `Live and resident memory over ${data.seconds.toFixed(1)} seconds; at most ${bytes(data.peak)} live. Arrow keys read single moments.` });
  for (const v of ticks(most, 5)) {
    svg.append(element('svg:line', { class: 'grid', x1: left, x2: width - right, y1: y(v), y2: y(v) }),
      element('svg:text', { class: 'axis', x: left - 8, y: y(v) + 4, 'text-anchor': 'end' }, bytes(v).replace('.0 ', ' ')));
  }
  for (const v of ticks(end, width / 110)) {
    if (x(v) > width - right - 8 && v > 0 && v !== end) continue;
    svg.append(element('svg:text', { class: 'axis', x: x(v), y: total - 6, 'text-anchor': v ? 'middle' : 'start' }, clock(v, end).replace(/\.?0+ s$/, ' s').replace(/^ s$/, '0 s')));
  }
  const area = (column) => path([[x(t.t[0]), base], ...t.t.map((ms, i) => [x(ms), y(column[i])]), [x(end), base]]) + 'Z';
  const curve = (column) => path(t.t.map((ms, i) => [x(ms), y(column[i])]));
  svg.append(element('svg:path', { class: 't-resident-fill', d: area(t.resident) }), element('svg:path', { class: 't-resident', d: curve(t.resident) }),
    element('svg:path', { class: 't-live-fill', d: area(t.live) }), element('svg:path', { class: 't-live', d: curve(t.live) }));
  /* collections: pauses as bars (without single collections those of each stretch), full ones as lines through the picture */
  const pauses = t.pause.map((p, i) => p - (i ? t.pause[i - 1] : 0));
  const longest = Math.max(1, ...(data.marks.length ? data.marks.filter((_, i) => i % 5 === 1) : pauses));
  const fulls = t.full.map((c, i) => c - (i ? t.full[i - 1] : 0));
  svg.append(element('svg:line', { class: 'grid', x1: left, x2: width - right, y1: stripBase, y2: stripBase }),
    element('svg:text', { class: 'axis', x: left - 8, y: stripBase - strip + 10, 'text-anchor': 'end' }, duration(longest)));
  let marks = '', lines = '';
  const single = data.marks, last = single.length ? single[single.length - 5] : 0;
  for (let i = 0; i < single.length; i += 5) {
    const h = Math.max(1, strip * single[i + 1] / longest);
    marks += `M${(x(single[i]) - 1).toFixed(1)} ${stripBase}v${-h.toFixed(1)}h2v${h.toFixed(1)}z`;
    if (single[i + 2] === 2) lines += `M${x(single[i]).toFixed(1)} ${top}V${base}`;
  }
  for (let i = 0; i < n; i++) {
    if ((i ? t.t[i - 1] : 0) < last) continue; /* single ones are there */
    if (pauses[i] > 0) {
      const h = Math.max(1, strip * pauses[i] / longest);
      marks += `M${(x(t.t[i]) - 1).toFixed(1)} ${stripBase}v${-h.toFixed(1)}h2v${h.toFixed(1)}z`;
    }
    if (fulls[i] > 0) lines += `M${x(t.t[i]).toFixed(1)} ${top}V${base}`;
  }
  svg.append(element('svg:path', { class: 't-full', d: lines, id: 'full-collections', 'data-count': t.full[n - 1], 'data-single': data.marks.length / 5 }),
    element('svg:path', { class: 't-pause', d: marks }));
  svg.append(element('svg:circle', { class: 't-peak', cx: x(data.peakAt), cy: y(data.peakSeen), r: 4 }));
  const nearEnd = x(data.peakAt) > width - 130;
  svg.append(element('svg:text', { x: x(data.peakAt) + (nearEnd ? -8 : 8), y: Math.max(y(data.peakSeen) - 6, 10),
    'text-anchor': nearEnd ? 'end' : 'start' }, bytes(data.peakSeen)));
  const cursor = element('svg:line', { class: 't-cursor', y1: top, y2: stripBase, visibility: 'hidden' });
  const dot = element('svg:circle', { class: 't-dot', r: 4, visibility: 'hidden' });
  svg.append(cursor, dot);
  let at = n - 1;
  const show = (i) => {
    at = Math.min(n - 1, Math.max(0, i));
    for (const e of [cursor, dot]) e.setAttribute('visibility', 'visible');
    cursor.setAttribute('x1', x(t.t[at]));
    cursor.setAttribute('x2', x(t.t[at]));
    dot.setAttribute('cx', x(t.t[at]));
    dot.setAttribute('cy', y(t.live[at]));
    const since = (column) => column[at] - (at ? column[at - 1] : 0);
    const collections = since(t.young) + since(t.middle) + since(t.full);
    say($('time-said'), 'at ', [clock(t.t[at], end)], ': ', [bytes(t.live[at])], ' live in ', plural(t.blocks[at], 'block'), ', ',
      [bytes(t.resident[at])], ' resident', collections ? `; ${plural(collections, 'collection')} since the moment before ` +
      `(${since(t.full)} full), ${duration(since(t.pause))}, freed ${plural(since(t.freed), 'object')}` : '');
  };
  const nearest = (event) => {
    const box = svg.getBoundingClientRect(), ms = (event.clientX - box.left - left) / (width - left - right) * end;
    let low = 0, high = n - 1;
    while (low < high) {
      const middle = low + high >> 1;
      if (t.t[middle] < ms) low = middle + 1; else high = middle;
    }
    return low > 0 && ms - t.t[low - 1] < t.t[low] - ms ? low - 1 : low;
  };
  svg.addEventListener('pointermove', (event) => show(nearest(event)));
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -n, End: n }[event.key];
    if (step) {
      event.preventDefault();
      show(at + step);
    }
  });
  const key = (colour, text) => element('li', {}, element('i', { style: `background:var(${colour})` }), text);
  host.replaceChildren(element('ul', { class: 'legend' }, key('--live', 'live: asked for and not freed'), key('--resident', 'resident: the whole process, recording included'),
    key('--collect', 'collections: pauses below, full ones dashed')), svg);
  if (!$('time-said').textContent) {
    say($('time-said'), t.full[n - 1] || t.young[n - 1] ? `Collections took ${duration(t.pause[n - 1])} in all and freed ${plural(t.freed[n - 1], 'object')}.` : 'No collection ran.');
  }
}

/* ---- trees that are zoomed: what flame graph and treemap share ---- */

/* Moves the focus among the <g> elements of a picture; `move(node, key)` is the node to go to. */
function keyboard(host, move, zoom, out) {
  host.addEventListener('keydown', (event) => {
    const node = event.target.ouroNode;
    if (event.key === 'Escape') {
      event.preventDefault();
      out();
    } else if (node !== undefined && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      zoom(node);
    } else if (node !== undefined && event.key.startsWith('Arrow')) {
      event.preventDefault();
      const next = move(node, event.key);
      const g = next === null || next === undefined ? null : [...host.querySelectorAll('g')].find((e) => e.ouroNode === next);
      if (g) {
        for (const e of host.querySelectorAll('g[tabindex="0"]')) e.setAttribute('tabindex', -1);
        g.setAttribute('tabindex', 0);
        g.focus();
      }
    }
  });
}

/* ---- flame graph ---- */

const measures = [
  ['live', 'Live at the end', 'still there when the program ended'],
  ['peak', 'At the peak', 'live ' + clock(data.peakAt, data.seconds * 1000) + ' after the start, the epoch with the most'],
  ['temporary', 'Temporary', 'allocated and freed again'],
  ['total', 'All allocated', 'allocated, whether or not it was freed'],
];
const calls = [];
const flame = { measure: 0, zoom: 0, search: '' };

function readCalls() {
  const c = data.calls;
  const places = []; /* of each call its place in `calls`: a line that calls itself again and again is one bar */
  for (let i = 0; i < c.length; i += 7) {
    const frame = frameAt(c[i + 1]), above = c[i] < 0 ? null : calls[places[c[i]]];
    const sums = [c[i + 2], c[i + 4], c[i + 5] - c[i + 2], c[i + 5]];
    if (above && above.number === c[i + 1]) {
      places.push(above.id);
      for (let m = 0; m < 4; m++) above.sums[m] += sums[m];
      above.blocks += c[i + 3];
      above.allocations += c[i + 6];
      above.again = true;
      continue;
    }
    places.push(calls.length);
    calls.push({ id: calls.length, number: c[i + 1], parent: above ? above.id : -1, frame, children: [], sums, blocks: c[i + 3], allocations: c[i + 6],
      name: frame ? frame.name : c[i + 1] === -1 ? '(smaller)' : 'all', again: false,
      where: frame ? frame.file + ':' + frame.line : '', colour: frame ? 'c' + hash(frame.name + frame.file) % 8 : 'cn' });
  }
  for (const node of calls) node.own = node.sums.slice();
  for (let i = calls.length - 1; i > 0; i--) {
    const parent = calls[calls[i].parent];
    parent.children.push(calls[i]);
    for (let m = 0; m < 4; m++) parent.sums[m] += calls[i].sums[m];
    parent.blocks += calls[i].blocks;
    parent.allocations += calls[i].allocations;
  }
}

function tellCall(node) {
  const m = flame.measure;
  say($('flame-said'), [node.name], node.where ? ' ' + node.where : '', node.again ? ' (calls itself)' : '', ': ', [bytes(node.sums[m])], ', ' + percent(node.sums[m], calls[0].sums[m]) + ' ' +
    'of ' + bytes(calls[0].sums[m]) + ' ' + measures[m][2], node.own[m] && node.children.length ? '; ' + bytes(node.own[m]) + ' by itself' : '',
    m === 0 ? '; ' + plural(node.blocks, 'block') : m === 3 ? '; ' + plural(node.allocations, 'allocation') : '');
}

function drawFlame() {
  const host = $('flame'), width = Math.max(host.clientWidth, 240), m = flame.measure, row = 21, letter = 6.9;
  let zoom = calls[flame.zoom];
  if (zoom.sums[m] <= 0) zoom = calls[0];
  flame.zoom = zoom.id;
  const whole = zoom.sums[m], boxes = [];
  const ups = [];
  for (let up = zoom.parent; up >= 0; up = calls[up].parent) ups.unshift(calls[up]);
  ups.forEach((node, level) => boxes.push({ node, x: 0, w: width, level, up: true }));
  const queue = [{ node: zoom, x: 0, w: width, level: ups.length, up: false }];
  while (queue.length) {
    const box = queue.pop();
    boxes.push(box);
    let x = box.x;
    for (const child of box.node.children.slice().sort((a, b) => b.sums[m] - a.sums[m])) {
      const w = whole > 0 ? width * child.sums[m] / whole : 0;
      if (w >= 0.8) queue.push({ node: child, x, w, level: box.level + 1, up: false });
      x += w;
    }
  }
  const levels = boxes.reduce((most, b) => Math.max(most, b.level), 0) + 1;
  const needle = flame.search.toLowerCase();
  const hits = (node) => needle && (node.name + ' ' + node.where).toLowerCase().includes(needle);
  /* bytes below what matches, nothing twice */
  let found = 0;
  if (needle) {
    const stack = [calls[0]];
    while (stack.length) {
      const node = stack.pop();
      if (node.id && hits(node)) found += node.sums[m]; else stack.push(...node.children);
    }
  }
  const svg = element('svg:svg', { viewBox: `0 0 ${width} ${levels * row}`, height: levels * row, role: 'tree',
    'aria-label': `Calls by bytes ${measures[m][2]}` });
  for (const box of boxes) {
    const { node } = box, label = box.up || node.parent < 0 ? node.name : node.name + (node.frame ? '  ' + baseName(node.frame.file) + ':' + node.frame.line : '');
    const room = Math.floor((box.w - 10) / letter);
    const g = element('svg:g', { class: box.up ? 'up' : needle ? hits(node) ? 'hit' : 'dim' : null, role: 'treeitem', tabindex: node === zoom ? 0 : -1,
      'aria-label': `${node.name} ${node.where}, ${bytes(node.sums[m])}`, 'aria-level': box.level + 1,
      on: { click: () => zoomFlame(node.id), pointerenter: () => tellCall(node), focus: () => tellCall(node) } },
      element('svg:rect', { class: node.colour, x: box.x.toFixed(2), y: box.level * row, width: Math.max(box.w, 0.5).toFixed(2), height: row - 1, rx: box.w > 6 ? 2 : 0 }),
      room > 2 ? element('svg:text', { x: box.x + 5, y: box.level * row + 14.5 }, label.length > room ? label.slice(0, Math.max(1, room - 1)) + '…' : label) : null);
    g.ouroNode = node.id;
    svg.append(g);
  }
  host.replaceChildren(svg);
  $('flame-out').hidden = flame.zoom === 0;
  if (needle) {
    say($('flame-said'), [bytes(found)], `, ${percent(found, calls[0].sums[m])}, in calls that match “${flame.search}”`);
  } else tellCall(zoom);
}

function zoomFlame(id) {
  flame.zoom = id;
  const focused = $('flame').contains(document.activeElement);
  drawFlame();
  if (focused) {
    const g = [...$('flame').querySelectorAll('g')].find((e) => e.ouroNode === flame.zoom);
    if (g) g.focus();
  }
}

function startFlame() {
  readCalls();
  const buttons = measures.map(([id, name], i) => element('button', { type: 'button', role: 'radio', id: 'measure-' + id, 'aria-checked': i === 0,
    tabindex: i === 0 ? 0 : -1, 'data-bytes': calls[0].sums[i], on: { click: () => choose(i) } }, name));
  const choose = (i) => {
    flame.measure = i;
    buttons.forEach((b, k) => {
      b.setAttribute('aria-checked', k === i);
      b.setAttribute('tabindex', k === i ? 0 : -1);
    });
    drawFlame();
  };
  $('measures').append(...buttons);
  $('measures').addEventListener('keydown', (event) => {
    const step = { ArrowLeft: 3, ArrowUp: 3, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (step) {
      event.preventDefault();
      choose((flame.measure + step) % 4);
      buttons[flame.measure].focus();
    }
  });
  $('flame-search').addEventListener('input', (event) => {
    flame.search = event.target.value.trim();
    drawFlame();
  });
  $('flame-out').addEventListener('click', () => zoomFlame(0));
  keyboard($('flame'), (id, key) => {
    const node = calls[id], m = flame.measure, order = (list) => list.filter((c) => c.sums[m] > 0).sort((a, b) => b.sums[m] - a.sums[m]);
    if (key === 'ArrowUp') return node.parent;
    if (key === 'ArrowDown') return order(node.children.slice()).map((c) => c.id)[0];
    if (node.parent < 0) return null;
    const beside = order(calls[node.parent].children.slice()).map((c) => c.id);
    return beside[beside.indexOf(id) + (key === 'ArrowRight' ? 1 : -1)];
  }, zoomFlame, () => zoomFlame(flame.zoom && calls[flame.zoom].parent > 0 ? calls[flame.zoom].parent : 0));
  drawFlame();
}

/* ---- tables ---- */

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
function spark(curve) {
  const w = 96, h = 22, n = curve.length, points = [...curve].map((c, i) => [1 + (w - 2) * i / (n - 1), h - 2 - (h - 4) * LETTERS.indexOf(c) / 63]);
  const d = path(points);
  return element('svg:svg', { viewBox: `0 0 ${w} ${h}`, 'aria-hidden': true, preserveAspectRatio: 'none' },
    element('svg:path', { class: 'under', d: d + `L${w - 1} ${h - 2}L1 ${h - 2}Z` }), element('svg:path', { d }));
}

/* columns: {key, name, value(row), show(row) -> nodes or text, wide, kind, title} */
function table(host, id, columns, rows, sorted, caption) {
  const state = { column: columns.findIndex((c) => c.key === sorted), down: true, filter: '', all: false }, FIRST = 25;
  const head = element('tr'), body = element('tbody'), more = element('button', { class: 'more', type: 'button' });
  const search = element('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter ' + caption, autocomplete: 'off', spellcheck: 'false' });
  const draw = () => {
    const column = columns[state.column], needle = state.filter.toLowerCase();
    const chosen = rows.filter((r) => !needle || columns[0].value(r).toLowerCase().includes(needle));
    chosen.sort((a, b) => {
      const x = column.value(a), y = column.value(b), order = typeof x === 'string' ? (x < y ? 1 : x > y ? -1 : 0) : y - x;
      return state.down ? order : -order;
    });
    const shown = state.all ? chosen : chosen.slice(0, FIRST);
    body.replaceChildren(...shown.map((row) => element('tr', {}, ...columns.map((c) => {
      const value = c.value(row), sign = c.kind === 'change' ? value > 0 ? 'up' : value < 0 ? 'down' : 'zero' : value === 0 ? 'zero' : '';
      return element('td', { class: [c.kind === 'spark' ? 'spark' : sign, c.wide ? 'wide' : ''].join(' ').trim() || null,
        'data-key': c.key, 'data-value': c.kind === 'spark' ? null : value }, c.show(row));
    }))));
    [...head.children].forEach((th, i) => {
      if (i === state.column) th.setAttribute('aria-sort', state.down ? 'descending' : 'ascending'); else th.removeAttribute('aria-sort');
    });
    more.hidden = chosen.length <= FIRST;
    more.textContent = state.all ? 'Show fewer' : `Show all ${count(chosen.length)}`;
  };
  columns.forEach((c, i) => head.append(element('th', { scope: 'col', class: c.wide ? 'wide' : null, title: c.title || null },
    c.kind === 'spark' ? c.name : element('button', { type: 'button', on: { click: () => {
      state.down = i === state.column ? !state.down : c.kind !== 'text';
      state.column = i;
      draw();
    } } }, c.name))));
  more.addEventListener('click', () => { state.all = !state.all; draw(); });
  search.addEventListener('input', () => { state.filter = search.value.trim(); draw(); });
  host.replaceChildren(rows.length > 8 ? element('div', { class: 'tools' }, element('label', { class: 'search' }, search)) : '',
    element('div', { class: 'scroll' }, element('table', { id }, element('caption', { class: 'visually-hidden' }, caption), element('thead', {}, head), body)), more);
  draw();
}

function placeCell(file, line, name) {
  const at = line ? ':' + line : '';
  return element('span', { title: file + at }, element('span', { class: 'name' }, baseName(file) + at), name ? element('span', { class: 'where' }, '  ' + name) : '');
}

function drawLines() {
  const number = (key, name, index, title, wide) => ({ key, name, title, wide, value: (r) => r[index], show: (r) => bytes(r[index]) });
  const columns = [
    { key: 'line', name: 'Line', kind: 'text', value: (r) => { const f = frameAt(r[0]); return f.file + ':' + f.line + ' ' + f.name; },
      show: (r) => { const f = frameAt(r[0]); return placeCell(f.file, f.line, f.name); } },
    number('live', 'Live', 1, 'bytes live at the end'),
    { key: 'growth', name: 'Growth', kind: 'change', title: 'live at the end less live at half time', value: (r) => r[2], show: (r) => change(r[2]) },
    number('peak', 'Peak', 3, 'the most bytes live at the end of an epoch', true), number('total', 'Total', 4, 'bytes allocated in all', true),
    { key: 'blocks', name: 'Blocks', wide: true, title: 'live at the end', value: (r) => r[5], show: (r) => count(r[5]) },
    { key: 'allocations', name: 'Allocations', wide: true, value: (r) => r[6], show: (r) => count(r[6]) },
    { key: 'curve', name: 'Over time', kind: 'spark', value: (r) => r[1], show: (r) => spark(r[7]) },
  ];
  table($('lines-table'), 'table-lines', columns, data.lines, 'live', 'Lines by the memory that they allocated');
  if (data.linesMore) {
    $('lines-table').append(element('p', { class: 'hint' }, `${plural(data.linesMore, 'line')} with less (${bytes(data.linesMoreLive)} live together) left out.`));
  }
}

function drawTypes() {
  if (!data.types.length) {
    $('types-table').append(element('p', { class: 'hint' }, 'The recording does not tell types: it is of an earlier version, or broke off at once.'));
    return;
  }
  table($('types-table'), 'table-types', [
    { key: 'type', name: 'Type', kind: 'text', value: (r) => r[0], show: (r) => element('span', { class: 'name' }, r[0]) },
    { key: 'bytes', name: 'Live', title: 'bytes of the objects with their buffers', value: (r) => r[2], show: (r) => bytes(r[2]) },
    { key: 'growth', name: 'Growth', kind: 'change', title: 'live at the end less live at half time', value: (r) => r[3], show: (r) => change(r[3]) },
    { key: 'peak', name: 'Peak', wide: true, title: 'the most that was counted', value: (r) => r[4], show: (r) => bytes(r[4]) },
    { key: 'objects', name: 'Objects', wide: true, value: (r) => r[1], show: (r) => count(r[1]) },
    { key: 'curve', name: 'Over time', kind: 'spark', value: (r) => r[2], show: (r) => spark(r[5]) },
  ], data.types.filter((r) => r[1] || r[4]), 'bytes', 'Live objects by type');
  if (data.typesMore) $('types-table').append(element('p', { class: 'hint' }, `${plural(data.typesMore, 'type')} with less left out.`));
}

/* ---- ways ---- */

function arrow() {
  return element('svg:svg', { class: 'arrow', viewBox: '0 0 26 10', 'aria-hidden': true }, element('svg:path', { d: 'M1 5H24M19 1L24 5L19 9' }));
}

function drawWay(steps, end) {
  const list = element('ol', { class: 'way', 'aria-label': 'What leads to it' });
  list.append(element('li', {}, element('span', { class: 'node' }, 'roots')));
  steps.forEach((s, i) => {
    const last = !end && i === steps.length - 1;
    if (s[0] === null) {
      list.append(element('li', {}, element('span', { class: 'edge' }, `… ${s[1]} more steps …`)));
      return;
    }
    list.append(element('li', { class: last ? 'end' : null }, element('span', { class: 'edge' }, s[0]), arrow(), element('span', { class: 'node', title: s[3] ? s[3] + ':' + s[4] : null },
      s[1], element('small', {}, bytes(s[2]) + (s[3] ? ' · ' + baseName(s[3]) + ':' + s[4] : '')))));
  });
  if (end) {
    list.append(element('li', { class: 'end' }, element('span', { class: 'edge' }, '…'), arrow(), element('span', { class: 'node' }, end[0], element('small', {}, end[1]))));
  }
  return list;
}

/* ---- leaks ---- */

const VERDICTS = { leak: 'Leak', slowing: 'Cache that fills up', steady: 'Full cache', garbage: 'Garbage' };

function drawLeaks() {
  const heap = data.heap;
  if (!heap || heap.snapshots.length < 2) return;
  $('leaks').hidden = false;
  const leaks = heap.leaks.filter((l) => l.verdict === 'leak').length, garbage = heap.leaks.filter((l) => l.verdict === 'garbage').length;
  $('leaks-about').textContent = heap.leaks.length ? `From ${heap.snapshots.length} snapshots: ${plural(leaks, 'leak')}, ${plural(heap.leaks.length - leaks - garbage, 'cache')}. ` +
    'A leak grew in every interval and does not slow down; a cache replaces what it holds, or fills up ever more slowly.' +
    (garbage ? ' Garbage are cycles that nothing holds and that the collector has yet to find.' : '') :
    `From ${heap.snapshots.length} snapshots: nothing accumulates.`;
  for (const leak of heap.leaks) {
    const place = !leak.line ? '' : ` · allocated at ${leak.library ? `${leak.library}:${leak.libraryLine}, called at ` : ''}${leak.file}:${leak.line} in ${leak.function}`;
    const rate = leak.perSecond ? ` · ${bytes(leak.perSecond)} a second` : '';
    $('leaks-list').append(element('article', { class: 'card', 'data-verdict': leak.verdict, 'data-bytes': leak.bytes },
      element('div', { class: 'head' }, element('span', { class: 'badge ' + leak.verdict }, VERDICTS[leak.verdict]), element('b', {}, leak.text)),
      element('p', { class: 'facts-line' }, `${bytes(leak.bytes)} in ${plural(leak.count, 'object')}${rate}${place}`),
      leak.way ? drawWay(leak.way, [`${leak.type} × ${count(leak.count)}`, bytes(leak.bytes) + (leak.line ? ` · ${baseName(leak.file)}:${leak.line}` : '')]) : null));
  }
}

/* ---- the dominator tree as a map ---- */

const tree = [];
let treeZoom = 0;

/* Squarified treemaps (Bruls, Huizing, van Wijk, 2000): rows whose rectangles stay near squares. */
function squarify(items, box) {
  const out = [];
  let { x, y, w, h } = box, i = 0, left = items.reduce((sum, it) => sum + it.bytes, 0);
  while (i < items.length && left > 0 && w > 0.5 && h > 0.5) {
    const side = Math.min(w, h), scale = w * h / left, row = [];
    let sum = 0, worst = Infinity;
    for (; i + row.length < items.length;) {
      const next = items[i + row.length], area = next.bytes * scale, total = sum + area;
      const depth = total / side, ratio = Math.max(...[...row, next].map((it) => {
        const length = it.bytes * scale / depth;
        return Math.max(length / depth, depth / length);
      }));
      if (row.length && ratio > worst) break;
      row.push(next);
      sum = total;
      worst = ratio;
    }
    const depth = sum / side;
    let at = 0;
    for (const it of row) {
      const length = it.bytes * scale / depth;
      out.push(w >= h ? { it, x, y: y + at, w: depth, h: length } : { it, x: x + at, y, w: length, h: depth });
      at += length;
      left -= it.bytes;
    }
    if (w >= h) { x += depth; w -= depth; } else { y += depth; h -= depth; }
    i += row.length;
  }
  return out;
}

function treeName(node) {
  return node.way || (node.type ? (node.count > 1 ? `${node.type} × ${count(node.count)}` : node.type) : `${plural(node.count, 'smaller object')}`);
}

/* A namespace goes by the name of what it belongs to. */
function shortName(node, room) {
  const name = node.way ? node.way.replace(/\.__dict__$/, '') : treeName(node);
  if (name.length <= room) return name;
  return node.way ? '…' + name.slice(name.length - Math.max(1, room - 1)) : name.slice(0, Math.max(1, room - 1)) + '…';
}

function tellNode(node) {
  say($('tree-said'), [treeName(node)], node.way ? ` (${node.type})` : '', ': ', [bytes(node.bytes)], node.id === 0 ? ' in all' :
    node.count > 1 ? ` retained by ${plural(node.count, 'object')}` : ` would be freed with it; ${bytes(node.own)} itself`, ', ' + percent(node.bytes, tree[0].bytes),
    node.file ? `; allocated at ${node.file}:${node.line}` : '');
}

function treeItems(node) {
  const items = node.children.slice(), own = node.bytes - items.reduce((sum, c) => sum + c.bytes, 0);
  if (own > 0 && items.length) items.push({ id: -1, bytes: own, count: 1, type: node.type + ' itself', children: [], way: null, own, of: node });
  return items.sort((a, b) => b.bytes - a.bytes);
}

/* What lies in a box, down to what can still be seen; the outermost boxes take the clicks. */
function treeInside(g, node, box, letter, depth) {
  if (depth > 6 || !node.children.length || box.w < 14 || box.h < 14) return;
  for (const s of squarify(treeItems(node), box)) {
    if (s.w * s.h < 10) continue;
    const room = Math.floor((s.w - 8) / letter), titled = room > 3 && s.h > 18;
    g.append(element('svg:rect', { class: s.it.type ? 'c' + hash(s.it.type) % 8 : 'cn', x: s.x, y: s.y, width: s.w, height: s.h, rx: 1.5 }));
    if (titled) g.append(element('svg:text', { class: 'inner', x: s.x + 4, y: s.y + 13 }, shortName(s.it, room)));
    treeInside(g, s.it, { x: s.x + 2, y: s.y + (titled ? 18 : 2), w: s.w - 4, h: s.h - (titled ? 20 : 4) }, letter, depth + 1);
  }
}

function drawTree() {
  const host = $('tree'), width = Math.max(host.clientWidth, 240), height = Math.round(Math.min(520, Math.max(340, width * 0.45)));
  const zoom = tree[treeZoom], svg = element('svg:svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'tree', 'aria-label': 'What holds how much' });
  const letter = 6.9;
  squarify(treeItems(zoom), { x: 0, y: 0, w: width, h: height }).forEach((b, i) => {
    const node = b.it, colour = node.type ? 'c' + hash(node.type) % 8 : 'cn', room = Math.floor((b.w - 10) / letter), titled = room > 3 && b.h > 20;
    const name = shortName(node, room), size = bytes(node.bytes), both = name.length + size.length + 2 <= room;
    const g = element('svg:g', { role: 'treeitem', tabindex: i === 0 ? 0 : -1, 'aria-label': treeName(node) + ', ' + size,
      on: { click: () => zoomTree(node), pointerenter: () => tellNode(node), focus: () => tellNode(node) } },
      element('svg:rect', { class: colour, x: b.x, y: b.y, width: b.w, height: b.h, rx: 2 }));
    if (titled) {
      g.append(element('svg:text', { x: b.x + 5, y: b.y + 14 }, name));
      if (both) g.append(element('svg:text', { class: 'sub', x: b.x + b.w - 5, y: b.y + 14, 'text-anchor': 'end' }, size));
    }
    treeInside(g, node, { x: b.x + 3, y: b.y + (titled ? 20 : 3), w: b.w - 6, h: b.h - (titled ? 23 : 6) }, letter, 1);
    g.ouroNode = node;
    svg.append(g);
  });
  host.replaceChildren(svg);
  const crumbs = [];
  for (let at = zoom; at; at = at.parent >= 0 ? tree[at.parent] : null) crumbs.unshift(at);
  $('tree-path').replaceChildren(...crumbs.flatMap((node, i) => {
    const name = i === 0 ? 'all objects' : shortName(node, 60);
    return [i ? ' › ' : '', i === crumbs.length - 1 ? element('span', {}, name) : element('button', { type: 'button', on: { click: () => zoomTree(node) } }, name)];
  }));
  tellNode(zoom);
}

function zoomTree(node) {
  if (node.id < 0 || !node.children.length) {
    tellNode(node);
    return;
  }
  const focused = $('tree').contains(document.activeElement);
  treeZoom = node.id;
  drawTree();
  if (focused) $('tree').querySelector('g').focus();
}

function drawHeap() {
  const heap = data.heap;
  if (!heap) return;
  $('heap').hidden = false;
  for (const r of heap.tree) {
    const node = { id: tree.length, parent: r[0], type: r[1], bytes: r[2], own: r[3], count: r[4], way: r[5], file: r[6], line: r[7], children: [] };
    tree.push(node);
    if (node.parent >= 0) tree[node.parent].children.push(node);
  }
  const last = heap.snapshots[heap.snapshots.length - 1];
  $('heap-about').textContent = `${baseName(last[0])}: ${plural(heap.objects, 'object')}, ${plural(heap.references, 'reference')}, ${bytes(heap.bytes)}. ` +
    'Each area is as large as what would be freed with the object; inside it is what it alone keeps alive. Click to go in.';
  keyboard($('tree'), (node, key) => {
    const nodes = [...$('tree').querySelectorAll('g')].map((g) => g.ouroNode), at = nodes.indexOf(node);
    return nodes[at + (key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1)];
  }, zoomTree, () => zoomTree(tree[Math.max(0, tree[treeZoom].parent)]));
  drawTree();
  for (const [name, type, through, retained, way] of heap.holders) {
    $('holders').append(element('article', { class: 'card' }, element('div', { class: 'head' }, element('b', {}, name), element('span', { class: 'muted' }, type)),
      element('p', { class: 'facts-line' }, `${bytes(through)} through it, ${bytes(retained)} held by nothing else`), drawWay(way, null)));
  }
  const grows = heap.snapshots.length > 1;
  $('heap-types-title').textContent = grows ? 'Growth by type, first snapshot to last' : 'Objects by type';
  table($('heap-types-table'), 'table-heap-types', [
    { key: 'type', name: 'Type', kind: 'text', value: (r) => r[0], show: (r) => element('span', { class: 'name' }, r[0]) },
    { key: 'bytes', name: 'Bytes', value: (r) => r[2], show: (r) => bytes(r[2]) },
    ...(grows ? [{ key: 'growth', name: 'Growth', kind: 'change', value: (r) => r[4], show: (r) => change(r[4]) }] : []),
    { key: 'objects', name: 'Objects', value: (r) => r[1], show: (r) => count(r[1]) },
    ...(grows ? [{ key: 'more', name: 'More objects', kind: 'change', wide: true, value: (r) => r[3], show: (r) => (r[3] > 0 ? '+' : '') + count(r[3]) }] : []),
  ], heap.types, grows ? 'growth' : 'bytes', 'Objects by type');
}

/* ---- arenas ---- */

const slots = []; /* {arena, index, block, resident, live} */

function readMap() {
  const m = data.map, perArena = 256;
  let at = 0;
  for (let i = 0; i < m.runs.length; i += 5) {
    at += m.runs[i];
    for (let k = 0; k < m.runs[i + 1]; k++, at++) {
      slots.push({ arena: Math.floor(at / perArena), index: at % perArena, block: m.runs[i + 2], resident: m.runs[i + 3], live: m.runs[i + 4], address: at * m.slot });
    }
  }
}

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function drawArenas() {
  const m = data.map, host = $('arenas-map');
  if (!m || !m.runs.length) return;
  $('arenas').hidden = false;
  if (!slots.length) readMap();
  const arenas = [...new Set(slots.map((s) => s.arena))], width = Math.max(host.clientWidth, 240);
  const perRow = width < 700 ? 64 : arenas.length > 24 ? 256 : 128, cell = width / perRow, rows = 256 / perRow, high = Math.max(6, Math.min(cell, 16));
  const gap = rows > 1 ? 6 : 3, each = rows * high + gap, scale = window.devicePixelRatio || 1;
  const shown = arenas.slice(0, Math.floor(16000 / each / scale)), place = new Map(shown.map((a, i) => [a, i]));
  const canvas = element('canvas', { role: 'img', tabindex: 0, 'aria-label': 'The slots of the arenas by how full they are; arrow keys read single slots' });
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(shown.length * each * scale);
  canvas.style.height = shown.length * each + 'px';
  const context = canvas.getContext('2d'), live = colourOf('--live'), empty = colourOf('--empty'), free = colourOf('--free'), card = colourOf('--back');
  context.scale(scale, scale);
  const where = (s) => [s.index % perRow * cell, place.get(s.arena) * each + Math.floor(s.index / perRow) * high];
  let resident = 0, used = 0, idle = 0, pinned = 0;
  for (const s of slots) {
    resident += s.resident;
    used += s.live;
    if (!s.live) idle += s.resident; else if (s.live < m.slot / 4) pinned += s.resident - s.live;
    if (!place.has(s.arena)) continue;
    const [x, y] = where(s);
    context.fillStyle = s.resident === 0 ? free : empty;
    context.fillRect(x, y, cell, high);
    if (s.live) {
      context.fillStyle = card;
      context.fillRect(x, y, cell, high);
      context.globalAlpha = 0.18 + 0.82 * s.live / m.slot;
      context.fillStyle = live;
      context.fillRect(x, y, cell, high);
      context.globalAlpha = 1;
    }
    context.strokeStyle = card;
    context.lineWidth = 0.6;
    if (cell > 3) context.strokeRect(x, y, cell, high);
  }
  $('arenas-about').textContent = `${plural(arenas.length, 'arena')} of ${bytes(256 * m.slot)} ${data.whole ? 'at the end' : 'when last looked at'}, each a band of 256 slots: ` +
    `${bytes(used)} live in ${bytes(resident)} resident` + (idle ? `, ${bytes(idle)} of it in slots without a live block` : '') + (pinned ? `, ${bytes(pinned)} held by slots less than a quarter full` : '') +
    (m.largeBlocks ? `. Beside them ${plural(m.largeBlocks, 'large block')} of ${bytes(m.largeBytes)}` : '') + '.' + (shown.length < arenas.length ? ` The first ${shown.length} are shown.` : '');
  const key = (style, text) => element('li', {}, element('i', { style }), text);
  $('arenas-legend').replaceChildren(key(`background:${live}`, 'full of live blocks'), key(`background:color-mix(in srgb, ${live} 30%, ${card})`, 'nearly empty'),
    key(`background:${empty}`, 'resident, no live block'), key(`background:${free}`, 'not resident'));
  host.replaceChildren(canvas);
  let at = 0;
  const show = (i) => {
    const s = slots[at = Math.min(slots.length - 1, Math.max(0, i))];
    say($('arenas-said'), `0x${s.address.toString(16)}: `, [s.block === 0 ? 'free' : s.block === 1 ? 'blocks of several sizes' : `blocks of ${s.block} bytes`],
      `, ${bytes(s.live)} live, ${bytes(s.resident)} resident`);
  };
  canvas.addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect(), y = event.clientY - box.top, arena = shown[Math.floor(y / each)];
    const index = Math.floor(y % each / high) * perRow + Math.floor((event.clientX - box.left) / cell);
    const i = slots.findIndex((s) => s.arena === arena && s.index === index);
    if (i >= 0) show(i);
  });
  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -perRow, ArrowDown: perRow }[event.key];
    if (step) {
      event.preventDefault();
      show(at + step);
    }
  });
}

/* ---- all ---- */

drawHead();
drawTimeline();
startFlame();
drawLines();
drawTypes();
drawLeaks();
drawHeap();
drawArenas();
for (const section of document.querySelectorAll('main section')) {
  if (!section.hidden) $('nav').append(element('a', { href: '#' + section.id }, section.querySelector('h2').textContent));
}
function redraw() {
  drawTimeline();
  drawFlame();
  if (data.heap) drawTree();
  drawArenas();
}
let width = document.body.clientWidth, waiting = 0;
addEventListener('resize', () => {
  if (document.body.clientWidth === width) return;
  width = document.body.clientWidth;
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(redraw);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawArenas);
document.body.dataset.drawn = 'yes';
})();
