/* check.js EXPECTED: loads the exports that check.py made with the tools they are for, and compares with what the program
 * itself said (EXPECTED, JSON): memlab's heap analysis for .heapsnapshot, speedscope's published schema. */
'use strict';
const fs = require('fs');
const path = require('path');
const Ajv = require('ajv').default || require('ajv');
const { getFullHeapFromFile } = require('@memlab/heap-analysis');

const expected = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
let failures = 0;
function check(ok, what) {
  if (!ok) {
    failures++;
    console.log('FAIL ' + what);
  }
}

function way(node) {
  const steps = [];
  for (; node && node.pathEdge; node = node.pathEdge.fromNode) steps.unshift(String(node.pathEdge.name_or_index));
  return steps.join(' ');
}

async function heap() {
  const snapshot = await getFullHeapFromFile(path.resolve('second.heapsnapshot'));
  const before = JSON.parse(fs.readFileSync('first.heapsnapshot', 'utf8'));
  let size = 0, root = null, cache = null;
  const rows = [];
  snapshot.nodes.forEach((node) => {
    size += node.self_size;
    if (node.id === 1) root = node;
    if (node.type === 'object' && node.name === 'Row') rows.push(node);
    if (way(node) === '__main__ __dict__ CACHE') cache = node;
  });
  check(snapshot.nodes.length === expected.objects + 1, `nodes: ${snapshot.nodes.length}, the snapshot has ${expected.objects}`);
  check(size === expected.bytes, `bytes: ${size}, the snapshot has ${expected.bytes}`);
  check(root && root.type === 'synthetic', 'a root with id 1');
  check(rows.length === expected.rows, `rows: ${rows.length} of ${expected.rows}`);
  check(cache && cache.name === 'dict', 'the way to the cache');
  check(cache && cache.retainedSize === expected.retained, `retained by the cache: ${cache && cache.retainedSize}, by ouro ${expected.retained}`);
  check(rows.every((r) => r.dominatorNode === undefined || r.dominatorNode.id === cache.id), 'the cache dominates the rows');
  check(rows.every((r) => /^__main__ __dict__ CACHE key \d+$/.test(way(r))), 'the ways to the rows: ' + way(rows[0]));
  const old = new Set();
  for (let i = 0; i < before.nodes.length; i += 7) if (before.strings[before.nodes[i + 1]] === 'Row' && before.nodes[i] === 3) old.add(before.nodes[i + 2]);
  check(rows.filter((r) => old.has(r.id)).length === old.size && old.size === expected.oldRows, 'rows keep their ids');
  /* allocation stacks: five fields for each node, its children in the fifth */
  const raw = JSON.parse(fs.readFileSync('second.heapsnapshot', 'utf8')), stacks = new Map();
  (function walk(nodes, stack) {
    check(nodes.length % 5 === 0, 'trace_tree');
    for (let i = 0; i < nodes.length; i += 5) {
      const here = stack.concat(raw.strings[raw.trace_function_infos[6 * nodes[i + 1] + 1]]);
      stacks.set(nodes[i], here);
      walk(nodes[i + 4], here);
    }
  })(raw.trace_tree, []);
  check(rows.every((r) => (stacks.get(r.trace_node_id) || []).slice(1).join(' ') === '<module> fill make'), 'the stack of a row: ' + stacks.get(rows[0].trace_node_id));
}

function speedscope() {
  const schema = require('speedscope/dist/release/file-format-schema.json');
  const validate = new Ajv({ strict: false }).compile(schema);
  for (const name of ['second', 'recording']) {
    const file = JSON.parse(fs.readFileSync(`${name}.speedscope.json`, 'utf8'));
    check(validate(file), `speedscope, ${name}: ` + JSON.stringify((validate.errors || []).slice(0, 3)));
    check(file.profiles.some((p) => p.type === 'evented') === (name === 'recording'), 'collections are a profile of recordings');
  }
}

heap().then(speedscope).then(() => {
  console.log(failures ? `exports: ${failures} failures` : 'exports: ok');
  process.exit(failures ? 1 : 0);
}).catch((error) => {
  console.log('FAIL ' + (error && error.stack || error));
  process.exit(1);
});
