import { expect } from 'chai';
import { parseByteSize } from './byte-size.ts';
import { parseDurationNs } from './duration.ts';
import { snakeKeys } from './keys.ts';
import { shellWords } from './shell-words.ts';

describe('parseDurationNs', () => {
	const second = 1_000_000_000;
	const cases: readonly [unknown, number | undefined][] = [
		['30s', 30 * second],
		['1m30s', 90 * second],
		['1h', 3600 * second],
		['1.5s', 1.5 * second],
		['500ms', second / 2],
		['10us', 10_000],
		['0s', 0],
		['5', 5 * second],
		[5, 5 * second],
		['', undefined],
		['soon', undefined],
		['-1s', undefined],
		['1s soon', undefined],
		['99999999h', undefined],
		[null, undefined],
	];
	for (const [given, expected] of cases) {
		it(`must read ${JSON.stringify(given)} as ${String(expected)}`, () => {
			expect(parseDurationNs(given)).to.equal(expected);
		});
	}
});

describe('parseByteSize', () => {
	const cases: readonly [unknown, number | undefined][] = [
		['64m', 67_108_864],
		['64MB', 67_108_864],
		['1g', 1_073_741_824],
		['1.5k', 1536],
		['512', 512],
		['512b', 512],
		['67108864', 67_108_864],
		[67_108_864, 67_108_864],
		[0, 0],
		['lots', undefined],
		['-1m', undefined],
		['', undefined],
		[true, undefined],
		['9999999999g', undefined],
	];
	for (const [given, expected] of cases) {
		it(`must read ${JSON.stringify(given)} as ${String(expected)}`, () => {
			expect(parseByteSize(given)).to.equal(expected);
		});
	}
});

describe('shellWords', () => {
	const cases: readonly [string, readonly string[] | undefined][] = [
		['', []],
		['   ', []],
		['sleep infinity', ['sleep', 'infinity']],
		[' sleep\tinfinity\n', ['sleep', 'infinity']],
		['echo $HOME ${X} $(id)', ['echo', '$HOME', '${X}', '$(id)']],
		["sh -c 'a && b'", ['sh', '-c', 'a && b']],
		['sh -c "echo \\"hi\\" \\$X"', ['sh', '-c', 'echo "hi" $X']],
		['a"b"\'c\'d', ['abcd']],
		["''", ['']],
		['a\\ b', ['a b']],
		["'a\\b'", ['a\\b']],
		['"a\\b"', ['a\\b']],
		['a | b > c; d', ['a', '|', 'b', '>', 'c;', 'd']],
		['end\\', ['end\\']],
		["open 'quote", undefined],
		['open "quote', undefined],
	];
	for (const [line, words] of cases) {
		it(`must split ${JSON.stringify(line)} into ${JSON.stringify(words)}`, () => {
			expect(shellWords(line)).to.deep.equal(words);
		});
	}
});

describe('snakeKeys', () => {
	it('must spell members in snake case, leave out nulls, and prefer the exact spelling', () => {
		const keys = snakeKeys({ memLimit: 1, mem_limit: 2, readOnly: true, command: null });
		expect(keys).to.deep.equal({ mem_limit: 2, read_only: true });
	});

	it('must leave alone what is not a map', () => {
		expect(snakeKeys(['aB'])).to.deep.equal(['aB']);
	});
});
