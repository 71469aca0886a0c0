import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import { createFakeClock, type FakeClock } from '../kit/testing/fake-clock.ts';
import type { LogSpool, SpooledBatch } from '../ports/log-spool.ts';
import { describeLogSpool } from '../ports/testing/log-spool-contract.ts';
import { createLogSpool } from './spool.ts';

/** Does not compress, so that sizes can be told. */
const noise = (bytes: number): string => randomBytes(bytes / 2).toString('hex');

describe('createLogSpool', function () {
	this.timeout(20_000); // each write waits for a disk that others use too
	let root: string;
	let folder: string;
	let clock: FakeClock;
	let said: string[];
	let limitBytes: number;
	let spools: LogSpool[];
	beforeEach(async () => {
		spools = [];
		root = await mkdtemp(path.join(tmpdir(), 'holdfast-spool-'));
		folder = path.join(root, 'log-spool');
		clock = createFakeClock();
		said = [];
		limitBytes = 16 * 1024 * 1024;
	});
	afterEach(async () => {
		for (const spool of spools) await spool.close();
		await rm(root, { recursive: true, force: true });
	});

	const make = async (): Promise<LogSpool> => {
		const spool = createLogSpool({
			folder,
			limitBytes: () => limitBytes,
			say: (message) => said.push(message),
			clock,
			log: silentLogger,
		});
		spools.push(spool);
		await spool.open();
		return spool;
	};
	const names = async (): Promise<string[]> => (await readdir(folder)).sort();
	const readAll = async (spool: LogSpool): Promise<SpooledBatch[]> => {
		const batches: SpooledBatch[] = [];
		for (let one = await spool.next(); one !== undefined; one = await spool.next())
			batches.push(one);
		return batches;
	};
	const texts = async (spool: LogSpool): Promise<string[]> =>
		(await readAll(spool)).map(({ text }) => text.toString());

	describeLogSpool('the spool on the disk', () => make());

	it('must give batches back in the order in which they came, also to the next process', async () => {
		const first = await make();
		for (const text of ['a\n', 'b\nc\n', '']) expect(await first.append(text, 1)).to.equal(true);
		expect(await texts(first)).to.deep.equal(['a\n', 'b\nc\n', '']);
		expect(first.isEmpty).to.equal(true);
		const second = await make();
		expect(second.isEmpty).to.equal(false);
		await second.append('d\n', 1);
		expect(await texts(second)).to.deep.equal(['a\n', 'b\nc\n', '', 'd\n']);
	});

	it('must read again what was not confirmed, and forget what was', async () => {
		const spool = await make();
		for (const text of ['a', 'b', 'c']) await spool.append(text, 1);
		const [, second, third] = await readAll(spool);
		await spool.confirm(second?.mark ?? { segment: 0, offset: 0 });
		spool.rewind();
		expect(await texts(spool)).to.deep.equal(['c']);
		expect(await texts(await make())).to.deep.equal(['c']);
		await spool.confirm(third?.mark ?? { segment: 0, offset: 0 });
		expect(spool.isEmpty).to.equal(true);
		expect((await names()).filter((name) => name.endsWith('.lines'))).to.deep.equal([]);
		expect((await make()).isEmpty).to.equal(true);
	});

	it('must drop the oldest lines first and count them, and stay within its limit', async () => {
		limitBytes = 1024 * 1024;
		const spool = await make();
		for (let i = 0; i < 40; i++) await spool.append(noise(64_000), 10);
		expect(spool.sizeBytes).to.be.at.most(limitBytes);
		const kept = await readAll(spool);
		const dropped = spool.takeDropped();
		expect(dropped).to.be.greaterThan(0);
		expect(kept.length * 10 + dropped).to.equal(400);
		expect(spool.takeDropped()).to.equal(0);
	});

	it('must not count as lost what was read already', async () => {
		limitBytes = 1024 * 1024;
		const spool = await make();
		for (let i = 0; i < 8; i++) await spool.append(noise(64_000), 10);
		await readAll(spool);
		for (let i = 0; i < 16; i++) await spool.append(noise(64_000), 10);
		expect(spool.takeDropped()).to.equal(0);
	});

	it('must make room when its limit is lowered', async () => {
		const spool = await make();
		for (let i = 0; i < 60; i++) await spool.append(noise(64_000), 1);
		limitBytes = 1024 * 1024;
		await spool.append('x', 1);
		const dropped = spool.takeDropped();
		expect(dropped).to.be.greaterThan(0);
		expect(dropped + (await readAll(spool)).length).to.equal(61);
	});

	for (const cut of [1, 10, 17, 100]) {
		it(`must do without the end of a file that a dying process left, ${cut} bytes short`, async () => {
			const spool = await make();
			for (const text of ['a', 'b', noise(2000)]) await spool.append(text, 1);
			const file = path.join(folder, '00000001.lines');
			await truncate(file, (await readFile(file)).length - cut);
			const next = await make();
			await next.append('d', 1);
			expect(await texts(next)).to.deep.equal(['a', 'b', 'd']);
			expect(next.isEmpty).to.equal(true);
			expect(said).to.deep.equal([]);
		});
	}

	it('must do without an end in zeroes, as a loss of power leaves it', async () => {
		const spool = await make();
		await spool.append('a', 1);
		const file = path.join(folder, '00000001.lines');
		await writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(4096)]));
		const next = await make();
		await next.append('b', 1);
		expect(await texts(next)).to.deep.equal(['a', 'b']);
		expect(said).to.deep.equal([]);
	});

	const damages: { name: string; damage: (bytes: Buffer) => Buffer }[] = [
		{ name: 'a flipped bit in the lines', damage: (bytes) => flip(bytes, 40) },
		{ name: 'a flipped bit in a count', damage: (bytes) => flip(bytes, 8) },
		{
			name: 'another kind of file',
			damage: () => Buffer.from('this is no segment, but text'.repeat(20)),
		},
	];
	for (const { name, damage } of damages) {
		it(`must set a segment aside that is damaged, and say so: ${name}`, async () => {
			const spool = await make();
			await spool.append(noise(500), 1);
			const file = path.join(folder, '00000001.lines');
			await writeFile(file, damage(await readFile(file)));
			const next = await make();
			await next.append('b', 1);
			expect(await texts(next)).to.deep.equal(['b']);
			expect(await names()).to.deep.equal(['00000001.lines.damaged', '00000002.lines']);
			expect(said).to.deep.equal([
				`Some lines that waited for the cloud are damaged; they are kept in ${file}.damaged`,
			]);
		});
	}

	it('must keep no more than two damaged segments', async () => {
		for (let i = 0; i < 4; i++) {
			const spool = await make();
			await spool.append('a', 1);
			const file = path.join(folder, (await names()).at(-1) ?? '');
			await writeFile(file, 'x'.repeat(100));
			await texts(spool);
		}
		expect((await names()).filter((name) => name.endsWith('.damaged'))).to.have.length(2);
	});

	it('must begin with the first batch when the note of what was sent is damaged', async () => {
		const spool = await make();
		for (const text of ['a', 'b']) await spool.append(text, 1);
		const [first] = await readAll(spool);
		await spool.confirm(first?.mark ?? { segment: 0, offset: 0 });
		await writeFile(path.join(folder, 'sent.json'), '{"segm');
		expect(await texts(await make())).to.deep.equal(['a', 'b']);
	});

	it('must keep nothing when its limit is 0', async () => {
		limitBytes = 0;
		const spool = await make();
		expect(await spool.append('a', 1)).to.equal(false);
		expect(spool.isEmpty).to.equal(true);
		expect(said).to.deep.equal([]);
	});

	it('must leave nothing on the disk when it is emptied, and go on', async () => {
		const spool = await make();
		await spool.append('a', 1);
		await spool.clear();
		expect(await readdir(root)).to.deep.equal([]);
		expect(spool.isEmpty).to.equal(true);
		await spool.append('b', 1);
		expect(await texts(spool)).to.deep.equal(['b']);
	});

	it('must say once that the disk fails, try it again after a minute, and never throw', async () => {
		await writeFile(folder, 'a file where the folder should be');
		const spool = await make();
		expect(await spool.append('a', 1)).to.equal(false);
		expect(await spool.append('b', 1)).to.equal(false);
		await spool.sync();
		expect(said).to.have.length(1);
		expect(said[0]).to.match(/^Lines cannot be kept on the disk until the cloud takes them: /);
		await rm(folder);
		expect(await spool.append('c', 1)).to.equal(false);
		await clock.advance(60_000);
		expect(await spool.append('d', 1)).to.equal(true);
		expect(await texts(spool)).to.deep.equal(['d']);
	});
});

function flip(bytes: Buffer, at: number): Buffer {
	const copy = Buffer.from(bytes);
	copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
	return copy;
}
