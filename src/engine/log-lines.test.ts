import { expect } from 'chai';
import fc from 'fast-check';
import type { EngineLogLine } from '../ports/container-engine.ts';
import { framesOf, terminalPiecesOf } from './log-frames.ts';
import { joinLines } from './log-lines.ts';

const stamp = (n: number): string => `2026-01-02T03:04:05.${String(n).padStart(9, '0')}Z`;

function frame(kind: 1 | 2, text: string): Buffer {
	const content = Buffer.from(text);
	const header = Buffer.alloc(8);
	header[0] = kind;
	header.writeUInt32BE(content.length, 4);
	return Buffer.concat([header, content]);
}

async function* chunksOf(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
	let start = 0;
	for (let turn = 0; start < bytes.length; turn++) {
		const size = sizes[turn % sizes.length] ?? 1;
		yield await Promise.resolve(bytes.subarray(start, start + size));
		start += size;
	}
}

async function linesOf(bytes: Buffer, { tty = false, sizes = [1024] } = {}) {
	const chunks = chunksOf(bytes, sizes);
	const lines: EngineLogLine[] = [];
	for await (const line of joinLines(tty ? terminalPiecesOf(chunks) : framesOf(chunks))) {
		lines.push(line);
	}
	return lines;
}

describe('joinLines', () => {
	it('must join the pieces of a line, stream by stream, and stamp it with its last piece', async () => {
		const bytes = Buffer.concat([
			frame(1, `${stamp(1)} first half, `),
			frame(2, `${stamp(2)} an error\n`),
			frame(1, `${stamp(3)} second half\n`),
		]);
		expect(await linesOf(bytes)).to.deep.equal([
			{ message: 'an error', isStdErr: true, stamp: stamp(2) },
			{ message: 'first half, second half', isStdErr: false, stamp: stamp(3) },
		]);
	});

	it('must read the same lines however the stream is cut', async () => {
		const texts = ['', 'plain', 'grün € 漢字', '2026-01-02T03:04:05Z not a stamp', '\ttab'];
		const bytes = Buffer.concat(texts.map((text, n) => frame(1, `${stamp(n)} ${text}\n`)));
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
				async (sizes) => {
					const lines = await linesOf(bytes, { sizes });
					expect(lines.map(({ message }) => message)).to.deep.equal(texts);
					expect(lines.map((line) => line.stamp)).to.deep.equal(texts.map((_, n) => stamp(n)));
				},
			),
			{ numRuns: 30 },
		);
	});

	it('must read a terminal however the stream is cut', async () => {
		const texts = ['', 'plain', 'grün €'];
		const bytes = Buffer.from(texts.map((text, n) => `${stamp(n)} ${text}\r\n`).join(''));
		for (const size of [1, 2, 3, 7, 1000]) {
			const lines = await linesOf(bytes, { tty: true, sizes: [size] });
			expect(lines.map(({ message }) => message)).to.deep.equal(texts);
		}
	});

	it('must take the stamps out of the midst of a long line on a terminal', async () => {
		const piece = 'x'.repeat(16 * 1024);
		const bytes = Buffer.from(`${stamp(1)} ${piece}${stamp(2)} ${piece}${stamp(3)} end\r\n`);
		const [line] = await linesOf(bytes, { tty: true });
		expect(line).to.deep.equal({
			message: `${piece}${piece}end`,
			isStdErr: false,
			stamp: stamp(3),
		});
	});

	it('must say so when the stream is not what it should be', async () => {
		const err: unknown = await linesOf(Buffer.from('plain text of a terminal')).catch(
			(thrown: unknown) => thrown,
		);
		expect(err).to.have.property('message', 'the log stream is damaged');
	});

	it('must cut a line without end into parts of bounded length', async () => {
		const pieces = Array.from({ length: 20 }, (_, n) =>
			frame(1, `${stamp(n)} ${'x'.repeat(16_384)}`),
		);
		const lines = await linesOf(Buffer.concat(pieces), { sizes: [100_000] });
		expect(lines.map(({ message }) => message.length)).to.deep.equal(
			Array.from({ length: 5 }, () => 65_536),
		);
	});
});
