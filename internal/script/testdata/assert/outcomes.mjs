// Writes what the assertions of Node say of pairs of values, and of calls, for
// the tests to compare with: node outcomes.mjs > outcomes.txt
//
// In front of a pair is a letter for each of the assertions that compare, of
// `assert` and of `assert/strict`: P for one that holds, F for one that fails, X
// for any other exception.
import assert from "node:assert";

const compare = ["equal", "notEqual", "strictEqual", "notStrictEqual", "deepEqual", "notDeepEqual", "deepStrictEqual", "notDeepStrictEqual"];
const strict = ["equal", "notEqual", "deepEqual", "notDeepEqual"];

// All pairs of values of a group are compared, each with another one of its own too.
const groups = [
  ["1", "true", "'1'", "0", "-0", "''", "null", "undefined", "NaN", "1n", "2n", "Object(1)"],
  ["[]", "{}", "[1]", "['1']", "[1, 2]", "[2, 1]", "[1, , 2]", "[1, undefined, 2]", "Object.assign([1], {x: 1})", "(function () { return arguments })(1)"],
  ["{a: 1}", "{a: '1'}", "{a: undefined}", "{b: undefined}", "{a: 1, b: 2}", "{b: 2, a: 1}", "Object.assign(Object.create(null), {a: 1})", "new (class A { a = 1 })", "{a: 1, [Symbol.iterator]: 1}"],
  ["new Date(0)", "new Date(1)", "new Date(NaN)", "/a/", "/a/g", "/b/", "() => 1", "Promise.resolve(1)"],
  ["new Error('a')", "new Error('b')", "new TypeError('a')", "new Error('a', {cause: 1})", "new Error('a', {cause: 2})", "new Error('a', {cause: undefined})",
    "Object.assign(new Error('a'), {code: 1})", "Object.assign(new Error('a'), {code: 2})"],
  ["new AggregateError([1], 'm')", "new AggregateError([2], 'm')", "new AggregateError([1], 'n')"],
  ["Object(1)", "Object(2)", "Object('1')", "Object('2')", "Object(true)", "Object(1n)", "Object(2n)", "Object(Symbol.iterator)", "Object(Symbol.match)"],
  ["new Set()", "new Set([1])", "new Set(['1'])", "new Set([{a: 1}, {a: 1}])", "new Set([{a: 1}, {b: 1}])", "new Set([{b: 1}, {a: 1}])", "new Set([1, 2, 3])", "new Set([3, 1, 2])", "new Map()"],
  ["new Set([0, '0'])", "new Set(['0', ''])", "new (class extends Set {})([1])", "new (class extends Set { get [Symbol.toStringTag]() { return 'x' } })([1])", "new (class extends Set { get [Symbol.toStringTag]() { return 'x' } })([2])"],
  ["new Map([[1, {a: 1}]])", "new Map([[1, {a: 2}]])", "new Map([['1', {a: 1}]])", "new Map([[{a: 1}, 1]])", "new Map([[{a: 1}, 1], [{a: 1}, 2]])", "new Map([[{a: 1}, 2], [{a: 1}, 1]])",
    "new Map([[{a: 1}, 1], [{a: 1}, 1]])", "new Map([[1, undefined]])", "new Map([[2, undefined]])"],
  ["new Uint8Array([1])", "new Uint8Array([2])", "new Int8Array([1])", "new Uint8Array([1]).buffer", "new Uint8Array([2]).buffer", "new Float64Array([0])", "new Float64Array([-0])", "[1]"],
  ["new URL('http://a/')", "new URL('http://b/')", "new URLSearchParams('a=1')", "new URLSearchParams('a=2')"],
  ["[[1]]", "[['1']]", "[NaN]", "[null]", "[undefined]", "[0]", "[-0]", "{a: {b: [1]}}", "{a: {b: [2]}}"],
];

const functions = ["() => {}", "() => { throw new Error('boom') }", "() => { throw new TypeError('boom') }", "() => { throw 'boom' }", "() => { throw null }",
  "() => { throw {message: 'boom', code: 1} }", "() => { null.x }", "() => { assert.equal(1, 2) }"];
const expectations = ["undefined", "/boom/", "/nope/", "/^Error: boom$/", "Error", "TypeError", "RangeError", "assert.AssertionError", "{message: 'boom'}", "{message: /bo/}", "{message: 'x'}",
  "{name: 'TypeError', message: 'boom'}", "{code: 1}", "{code: 'ERR_ASSERTION'}", "new Error('boom')", "new TypeError('boom')", "e => e.message === 'boom'", "e => undefined", "class extends Error {}", "'boom'", "'other'", "{}"];
const calls = [
  ...functions.flatMap(f => expectations.map(e => `assert.throws(${f}, ${e})`)),
  "assert.match('abc', /b/)", "assert.match('abc', /z/)", "assert.doesNotMatch('abc', /b/)", "assert.doesNotMatch('abc', /z/)", "assert.match(5, /5/)",
  "assert.ifError(null)", "assert.ifError(undefined)", "assert.ifError(0)", "assert.ifError(new Error('x'))", "assert(1)", "assert(0)", "assert()", "assert.ok('')", "assert.ok([])", "assert.fail()",
  "assert.doesNotThrow(() => {})", "assert.doesNotThrow(() => { throw 1 })", "assert.doesNotThrow(() => { throw new Error('x') }, TypeError)",
  "assert.equal(1)", "assert.deepEqual({})", "assert.strict(0)", "assert.strict(1)", "assert.strict.ok(0)", "assert.strict.strict.strict.equal(1, '1')", "assert.strict.strict.equal(1, 1)",
  "assert.strict.throws(() => { throw 1 })", "assert.strict.deepEqual([1], ['1'])", "assert.strict.notEqual(1, '1')",
  "assert(new assert.AssertionError({message: 'x'}) instanceof Error)", "assert(new assert.AssertionError({message: 'x'}) instanceof TypeError)",
];

function outcome(f) {
  try {
    f();
    return "P";
  } catch (e) {
    return e?.name === "AssertionError" ? "F" : "X";
  }
}

const valueOf = text => new Function(`return (${text})`);
const lines = groups.flatMap(group => group.flatMap(a => group.map(b => {
  const letters = (module, names) => names.map(name => outcome(() => module[name](valueOf(a)(), valueOf(b)()))).join("");
  return `${letters(assert, compare)} ${letters(assert.strict, strict)} ${a} | ${b}`;
})));
for (const call of calls) {
  lines.push(`${outcome(() => new Function("assert", call)(assert))} ${call}`);
}
console.log(lines.join("\n"));
