import { expect } from 'chai';
import type { LogLine } from '../model/log-line.ts';
import { lineOf } from '../model/testing/log-line.ts';
import { LineBuffer } from './line-buffer.ts';

const encode = ({ message, timestampMs: timestamp, isSystem, isStdErr, serviceId }: LogLine) =>
	`${JSON.stringify({ message, timestamp, isSystem, isStdErr, serviceId })}\n`;
const bufferOf = (limitBytes = 256 * 1024): LineBuffer => new LineBuffer({ limitBytes, encode });
const sizeOf = (one: LogLine): number => Buffer.byteLength(encode(one));

interface Entry {
	readonly message: string;
	readonly serviceId?: number;
}

function takeAll(buffer: LineBuffer, limitBytes = Infinity): Entry[] {
	let text = '';
	for (let piece = buffer.take(limitBytes); piece !== undefined; piece = buffer.take(limitBytes)) {
		text += piece.text;
	}
	return text
		.split('\n')
		.filter(Boolean)
		.map((entry) => JSON.parse(entry) as Entry);
}

describe('LineBuffer', () => {
	it('must drop what does not fit, and say so where it is missing', () => {
		const buffer = bufferOf(sizeOf(lineOf('0')) * 4);
		for (const message of ['1', '2', '3', '4', '5']) buffer.add(lineOf(message));
		buffer.take(1);
		buffer.add(lineOf('6'));
		expect(takeAll(buffer).map(({ message }) => message)).to.deep.equal([
			'2',
			'3',
			'Warning: Suppressed 2 message(s) due to high load',
			'6',
		]);
		expect(buffer.droppedLines).to.equal(2);
		expect(buffer.isEmpty).to.equal(true);
	});

	it('must say at the end what is missing there', () => {
		const buffer = bufferOf(sizeOf(lineOf('0')) * 4);
		for (const message of ['1', '2', '3', '4', '5']) buffer.add(lineOf(message));
		expect(takeAll(buffer).at(-1)).to.deep.equal({
			message: 'Warning: Suppressed 2 message(s) due to high load',
			timestamp: 1_767_225_600_000,
			isSystem: true,
			isStdErr: true,
			serviceId: 1,
		});
		expect(buffer.isEmpty).to.equal(true);
	});

	it('must leave room for others when one service floods it, and tell whose lines are missing', () => {
		const buffer = bufferOf(64 * 1024);
		for (let i = 0; i < 10_000; i++) buffer.add(lineOf(`noise ${i}`, { serviceId: 7 }));
		for (let i = 0; i < 20; i++) {
			for (const serviceId of [1, 2, 3]) buffer.add(lineOf(`quiet ${i}`, { serviceId }));
		}
		buffer.add(lineOf('Supervisor starting', { isSystem: true, serviceId: undefined }));
		const entries = takeAll(buffer);
		const countOf = (id: number): number =>
			entries.filter(({ serviceId, message }) => serviceId === id && !message.startsWith('W'))
				.length;
		expect([1, 2, 3].map(countOf)).to.deep.equal([20, 20, 20]);
		expect(entries.map(({ message }) => message)).to.include('Supervisor starting');
		const warnings = entries.filter(({ message }) => message.startsWith('Warning'));
		expect(warnings.map(({ serviceId }) => serviceId)).to.deep.equal([7]);
		expect(warnings[0]?.message).to.equal(
			`Warning: Suppressed ${10_000 - countOf(7)} message(s) due to high load`,
		);
	});

	it('must share its room evenly among thirty services that flood it', () => {
		const buffer = bufferOf();
		for (let i = 0; i < 60_000; i++) buffer.add(lineOf(`noise ${i}`, { serviceId: i % 30 }));
		const counts = new Array<number>(30).fill(0);
		for (const { serviceId = -1, message } of takeAll(buffer)) {
			if (!message.startsWith('Warning')) counts[serviceId] = (counts[serviceId] ?? 0) + 1;
		}
		expect(Math.min(...counts)).to.be.greaterThan(0);
		expect(Math.max(...counts) - Math.min(...counts)).to.be.at.most(3);
	});

	it('must count every line: taken or told to be missing', () => {
		const buffer = bufferOf(10_000);
		let told = 0;
		let taken = 0;
		const read = (entries: Entry[]): void => {
			for (const { message } of entries) {
				const missing = /^Warning: Suppressed (\d+)/.exec(message)?.[1];
				if (missing === undefined) taken += 1;
				else told += Number(missing);
			}
		};
		for (let i = 0; i < 5000; i++) {
			buffer.add(lineOf(`line ${i}`, { serviceId: i % 7 === 0 ? 2 : 1 }));
			if (i % 300 === 299) read(takeAll(buffer, 1000));
		}
		read(takeAll(buffer));
		expect(taken + told).to.equal(5000);
		expect(buffer.droppedLines).to.equal(told);
		expect(buffer.sizeBytes).to.equal(0);
	});

	it('must give lines in their order and whole, however they are taken', () => {
		const buffer = bufferOf();
		const messages = Array.from({ length: 3000 }, (_, n) => `${n} ${'grün € '.repeat(n % 9)}`);
		const taken: string[] = [];
		messages.forEach((message, n) => {
			buffer.add(lineOf(message, { serviceId: Math.floor(n / 7) % 3 }));
			if (n % 500 === 499) taken.push(...takeAll(buffer, 10 + n * 7).map((one) => one.message));
		});
		expect(taken).to.deep.equal(messages);
		expect([buffer.sizeBytes, buffer.takenLines, buffer.droppedLines]).to.deep.equal([0, 3000, 0]);
	});

	it('must give pieces of the size that is asked for, or a little less', () => {
		const buffer = bufferOf();
		for (let i = 0; i < 2000; i++) buffer.add(lineOf(`line ${i}`, { serviceId: i % 30 }));
		const sizes: number[] = [];
		for (let one = buffer.take(32_768); one !== undefined; one = buffer.take(32_768)) {
			sizes.push(one.bytes);
			expect(Buffer.byteLength(one.text)).to.equal(one.bytes);
		}
		expect(Math.max(...sizes)).to.be.at.most(32_768);
		expect(Math.min(...sizes.slice(0, -1))).to.be.greaterThan(28_000);
	});

	it('must hold a line that is longer than all that is usual', () => {
		const buffer = bufferOf();
		const messages = ['a', 'x'.repeat(100_000), 'b', 'y'.repeat(20_000), 'c'];
		for (const message of messages) buffer.add(lineOf(message));
		expect(takeAll(buffer, 1000).map(({ message }) => message)).to.deep.equal(messages);
	});

	it('must take back what was taken, in front', () => {
		const buffer = bufferOf(1000);
		for (const message of ['1', '2', '3']) buffer.add(lineOf(message));
		const piece = buffer.take(sizeOf(lineOf('1')) * 2);
		expect([piece?.lines, buffer.takenLines, buffer.addedLines]).to.deep.equal([2, 2, 3]);
		buffer.putBack(piece === undefined ? [] : [piece]);
		expect(buffer.takenLines).to.equal(0);
		expect(takeAll(buffer).map(({ message }) => message)).to.deep.equal(['1', '2', '3']);
		expect([buffer.takenLines, buffer.sizeBytes]).to.deep.equal([3, 0]);
	});
});
