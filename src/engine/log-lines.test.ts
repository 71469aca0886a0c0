import { expect } from 'chai';
import fc from 'fast-check';
import type { EngineLogLine } from '../ports/container-engine.ts';
import { createFrameParser } from './log-frames.ts';
import { createTerminalParser } from './log-terminal.ts';

const stamp = (n: number): string => `2026-01-02T03:04:05.${String(n).padStart(9, '0')}Z`;

function frame(kind: 1 | 2 | 3, text: string | Buffer): Buffer {
	const content = Buffer.from(text);
	const header = Buffer.alloc(8);
	header[0] = kind;
	header.writeUInt32BE(content.length, 4);
	return Buffer.concat([header, content]);
}

function linesOf(bytes: Buffer, { tty = false, sizes = [1024] } = {}): EngineLogLine[] {
	const parser = tty ? createTerminalParser() : createFrameParser();
	const lines: EngineLogLine[] = [];
	for (let start = 0, turn = 0; start < bytes.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		parser.feed(bytes.subarray(start, start + size));
		for (let taken = parser.take(2); taken.length > 0; taken = parser.take(2)) lines.push(...taken);
		start += size;
	}
	return [...lines, ...parser.end()];
}

const full = 'x'.repeat(16 * 1024);
const messagesOf = (lines: readonly EngineLogLine[]) => lines.map(({ message }) => message);

describe('lines of a container’s log', () => {
	it('must join the pieces of a line, stream by stream, and stamp it with its last piece', () => {
		const bytes = Buffer.concat([
			frame(1, `${stamp(1)} ${full}`),
			frame(2, `${stamp(2)} an error\n`),
			frame(1, `${stamp(3)} second half\n`),
		]);
		expect(linesOf(bytes)).to.deep.equal([
			{ message: 'an error', isStdErr: true, stamp: stamp(2) },
			{ message: `${full}second half`, isStdErr: false, stamp: stamp(3) },
		]);
	});

	it('must read the same lines however the stream is cut', () => {
		const texts = ['', 'plain', 'grün € 漢字', '2026-01-02T03:04:05Z not a stamp', '\ttab'];
		const bytes = Buffer.concat(texts.map((text, n) => frame(1, `${stamp(n)} ${text}\n`)));
		fc.assert(
			fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
				const lines = linesOf(bytes, { sizes });
				expect(messagesOf(lines)).to.deep.equal(texts);
				expect(lines.map((line) => line.stamp)).to.deep.equal(texts.map((_, n) => stamp(n)));
			}),
			{ numRuns: 100 },
		);
	});

	it('must read a terminal however the stream is cut', () => {
		const texts = ['', 'plain', 'grün €', 'Z stamp-like: 2026-01-02T03:04:05Z '];
		const bytes = Buffer.from(texts.map((text, n) => `${stamp(n)} ${text}\r\n`).join(''));
		for (const size of [1, 2, 3, 7, 1000]) {
			const lines = linesOf(bytes, { tty: true, sizes: [size] });
			expect(messagesOf(lines)).to.deep.equal(texts);
		}
	});

	it('must take the stamps out of the midst of a long line on a terminal', () => {
		const bytes = Buffer.from(`${stamp(1)} ${full}${stamp(2)} ${full}${stamp(3)} end\r\n`);
		const [line] = linesOf(bytes, { tty: true });
		expect(line).to.deep.equal({
			message: `${full}${full}end`,
			isStdErr: false,
			stamp: stamp(3),
		});
	});

	it('must not join the last words of a container with the first of its next life', () => {
		const frames = Buffer.concat([
			frame(1, `${stamp(1)} last words`),
			frame(1, `${stamp(2)} hello again\n`),
		]);
		expect(messagesOf(linesOf(frames))).to.deep.equal(['last words', 'hello again']);
		const terminal = Buffer.from(`${stamp(1)} $ prompt ${stamp(2)} hello again\r\n`);
		for (const size of [1, 7, 1000]) {
			const lines = linesOf(terminal, { tty: true, sizes: [size] });
			expect(lines.map((line) => [line.stamp, line.message])).to.deep.equal([
				[stamp(1), '$ prompt '],
				[stamp(2), 'hello again'],
			]);
		}
	});

	it('must leave a stamp in the text that is older than its own line', () => {
		const bytes = Buffer.from(`${stamp(5)} of ${stamp(4)} the past\r\n`);
		const expected = [`of ${stamp(4)} the past`];
		expect(messagesOf(linesOf(bytes, { tty: true }))).to.deep.equal(expected);
	});

	it('must say so when the stream is not what it should be', () => {
		expect(() => linesOf(Buffer.from('plain text of a terminal'))).to.throw(
			'the log stream is damaged',
		);
	});

	it('must pass on what the engine says of its own failure', () => {
		const bytes = Buffer.concat([
			frame(1, `${stamp(1)} good\n`),
			frame(3, 'Error grabbing logs: invalid character'),
		]);
		expect(() => linesOf(bytes)).to.throw('Error grabbing logs: invalid character');
	});

	for (const tty of [false, true]) {
		it(`must cut a line without end into parts of bounded length (${tty ? 'terminal' : 'frames'})`, () => {
			const pieces = Array.from({ length: 20 }, (_, n) => `${stamp(n)} ${full}`);
			const bytes = Buffer.concat(
				pieces.map((piece) => (tty ? Buffer.from(piece) : frame(1, piece))),
			);
			const lines = linesOf(bytes, { tty, sizes: [100_000] });
			expect(lines.map(({ message }) => message.length)).to.deep.equal(
				Array.from({ length: 5 }, () => 65_536),
			);
		});
	}

	it('must cut a long line between two characters', () => {
		const text = Buffer.from(`a${'漢'.repeat(40_000)}`);
		const pieces: Buffer[] = [];
		for (let at = 0; at < text.length; at += 16_384) {
			const isLast = at + 16_384 >= text.length;
			const content = [Buffer.from(`${stamp(1)} `), text.subarray(at, at + 16_384)];
			pieces.push(frame(1, Buffer.concat([...content, Buffer.from(isLast ? '\n' : '')])));
		}
		const lines = linesOf(Buffer.concat(pieces), { sizes: [5000] });
		expect(messagesOf(lines).join('')).to.equal(text.toString());
		expect(lines).to.have.length(2);
	});

	it('must give stamps of one form, whatever the engine’s', () => {
		const bytes = Buffer.concat([
			frame(1, '2026-01-02T03:04:05Z one\n'),
			frame(1, '2026-01-02T04:04:05.5+01:00 two\n'),
		]);
		expect(linesOf(bytes).map((line) => line.stamp)).to.deep.equal([
			'2026-01-02T03:04:05.000000000Z',
			'2026-01-02T03:04:05.500000000Z',
		]);
	});
});
