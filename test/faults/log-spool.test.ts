import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { startCollector, type LogCollector } from '../../src/cloud/testing/log-collector.ts';
import { startLogSender, type LogSender } from '../../src/cloud/testing/log-sender.ts';
import { silentLogger } from '../../src/kit/logger.ts';
import { createFakeClock, type FakeClock } from '../../src/kit/testing/fake-clock.ts';
import { createLogSpool } from '../../src/logs/spool.ts';
import type { LogSpool } from '../../src/ports/log-spool.ts';
import { skipTest } from '../support/skip-test.ts';

describe('lines on a disk that fails', function () {
	this.timeout(120_000);
	let root: string;
	let said: string[];
	let clock: FakeClock;
	beforeEach(async () => {
		root = await mkdtemp(path.join(tmpdir(), 'holdfast-log-faults-'));
		said = [];
		clock = createFakeClock();
	});
	afterEach(() => rm(root, { recursive: true, force: true }));

	const makeSpool = (folder: string): LogSpool =>
		createLogSpool({
			folder,
			limitBytes: () => 64 * 1024 * 1024,
			say: (message) => said.push(message),
			clock,
			log: silentLogger,
		});

	describe('that is full', () => {
		let disk: string;
		let collector: LogCollector;
		let sender: LogSender;
		before(function () {
			if (process.getuid?.() !== 0 || !canMount()) skipTest(this, 'mounts cannot be made here');
		});
		beforeEach(async () => {
			disk = path.join(root, 'disk');
			await mkdir(disk);
			execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'holdfast-small', disk]);
			collector = await startCollector();
			await collector.leave();
			const config = { apiEndpoint: `http://127.0.0.1:${collector.port}` };
			sender = startLogSender({ config, spool: makeSpool(path.join(disk, 'logs')), clock });
		});
		afterEach(async () => {
			await sender.stop();
			await collector.leave();
			execFileSync('umount', ['-l', disk]);
		});

		/** Lines that came, and those of which it was told that they are missing. */
		const accounted = (): number =>
			collector.messages.reduce((sum, message) => {
				const missing = /^Warning: Suppressed (\d+) message/.exec(message)?.[1];
				if (missing !== undefined) return sum + Number(missing);
				return sum + (message.startsWith('line ') ? 1 : 0);
			}, 0);
		let written = 0;
		const write = (count: number): void => {
			for (let i = 0; i < count; i++) {
				sender.write(`line ${written++} ${randomBytes(150).toString('base64')}`);
			}
		};

		it('must cost no more than memory can hold, be said once, and lose no line uncounted', async () => {
			written = 0;
			await sender.until('the disk is full', () => said.length > 0, {
				meanwhile: () => write(100),
			});
			for (let i = 0; i < 30; i++) {
				write(100);
				await sender.pass(10_000, 5000);
			}
			expect(said).to.have.length(1);
			expect(said[0]).to.match(
				/^Lines cannot be kept on the disk until the cloud takes them: ENOSPC/,
			);
			expect(sender.stream.droppedLines).to.be.greaterThan(0);
			await collector.comeBack();
			await sender.until('all lines, or their number', () => accounted() >= written);
			expect(accounted()).to.equal(written);
		});

		it('must be used again once there is room', async () => {
			written = 0;
			await writeFile(path.join(disk, 'other'), Buffer.alloc(240 * 1024));
			await sender.until('the disk is full', () => said.length > 0, {
				meanwhile: () => write(100),
			});
			await rm(path.join(disk, 'other'));
			write(10);
			await sender.pass(130_000, 5000);
			const before = sender.stream.droppedLines;
			write(10);
			await sender.pass(70_000, 5000);
			expect(sender.stream.droppedLines).to.equal(before);
			const next = makeSpool(path.join(disk, 'logs'));
			await next.open();
			expect(next.isEmpty).to.equal(false);
		});
	});

	it('must have every line that it had taken when the supervisor is killed, in order, each once', async () => {
		const folder = path.join(root, 'logs');
		const program = path.join(import.meta.dirname, 'support/spooling.ts');
		let acknowledged = -1;
		for (const lifetime of [3, 20, 7, 40]) {
			const first = String(acknowledged + 2); // one may have been written and not acknowledged
			const child = spawn(process.execPath, ['--import', 'tsx', program, folder, first]);
			const left = once(child, 'exit');
			let count = 0;
			for await (const line of createInterface({ input: child.stdout })) {
				expect(line).to.match(/^\d+$/);
				acknowledged = Number(line);
				count += 1;
				if (count === lifetime) child.kill('SIGKILL');
			}
			expect(await left).to.deep.equal([null, 'SIGKILL']);
		}
		const numbers: number[] = [];
		const spool = makeSpool(folder);
		await spool.open();
		for (let one = await spool.next(); one !== undefined; one = await spool.next()) {
			const [line = ''] = one.text.toString().split('\n');
			numbers.push((JSON.parse(line) as { number: number }).number);
			expect(one.lines).to.equal(200);
		}
		const missing = Array.from({ length: acknowledged + 1 }, (_, n) => n).filter(
			(n) => !numbers.includes(n),
		);
		expect(numbers).to.deep.equal([...new Set(numbers)].sort((a, b) => a - b));
		expect(missing.length).to.be.at.most(4); // numbers that were left out between two lives
		expect(numbers.length).to.be.at.least(70);
		expect(said).to.deep.equal([]);
	});
});

function canMount(): boolean {
	const folder = tmpdir();
	try {
		execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'holdfast-probe', folder]);
		return true;
	} catch {
		return false;
	}
}
