import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { pack, type Pack } from 'tar-stream';
import type { DockerEngine } from '../../src/engine/docker-engine.ts';
import { createBackupFile } from '../../src/host/backup-file.ts';
import { engineOf } from './support/device.ts';
import { baseImage } from './support/images.ts';
import { useDevice } from './support/shared.ts';

const never = new AbortController().signal;
const volume = 'hf-Filled_1.a';
const spec = { name: volume, driver: 'local', driverOpts: {}, labels: {} };

const sourceOf = (archive: Pack) => ({
	archive: archive as AsyncIterable<Uint8Array>,
	folder: 'data',
});

describe('volumes of a docker engine that are filled', () => {
	const device = useDevice();
	let engine: DockerEngine;
	before(() => {
		engine = engineOf(device());
	});
	beforeEach(() => engine.createVolume(spec, never));
	afterEach(() => engine.removeVolume(volume, never));
	after(() => engine.close());

	/** A command that sees the volume at /v. */
	const look = async (script: string): Promise<string[]> => {
		const args = ['run', '--rm', '--volume', `${volume}:/v`, baseImage, 'sh', '-c', script];
		return (await device().docker(...args)).trim().split('\n');
	};
	const leftovers = async (): Promise<string> =>
		(await device().docker('ps', '--all', '--format', '{{.Names}}')) +
		(await device().docker('images', '--format', '{{.Repository}}'));

	it('must have the files of a backup, with owners, modes and links, beside those they had', async () => {
		await look('echo before >/v/before');
		const folder = await mkdtemp(join(tmpdir(), 'holdfast-backup-'));
		try {
			const run = promisify(execFile);
			const make = `mkdir -p data/sub other && echo A >data/a && ln data/a data/sub/hard && ln -s a data/soft
				chmod 640 data/a && chown 1000:1001 data/a data && chmod 750 data && echo C >other/c
				tar -czf backup.tgz ./data ./other`;
			await run('sh', ['-ec', make], { cwd: folder });
			const backup = createBackupFile(join(folder, 'backup.tgz'));
			expect(await backup.volumes()).to.deep.equal(['data', 'other']);
			await engine.fillVolume(volume, { archive: backup.archiveOf('data'), folder: 'data' }, never);
			const seen = await look(
				'cd /v; cat before a sub/hard soft; stat -c "%n %a %u:%g %h" . a; ls',
			);
			expect(seen).to.deep.equal([
				...['before', 'A', 'A', 'A', '. 750 1000:1001 3', 'a 640 1000:1001 2'],
				...['a', 'before', 'soft', 'sub'],
			]);
		} finally {
			await rm(folder, { recursive: true });
		}
		expect(await leftovers()).not.to.include('holdfast-fill');
	});

	it('must take more than fits into memory at once', async () => {
		const archive = pack();
		const chunk = Buffer.alloc(1 << 20, 'x');
		const entry = archive.entry({ name: 'data/large', size: 64 * chunk.length });
		const write = async (): Promise<void> => {
			for (let count = 0; count < 64; count += 1) {
				if (!entry.write(chunk)) await new Promise<void>((resolve) => entry.once('drain', resolve));
			}
			entry.end(null);
			archive.finalize();
		};
		const writing = write();
		await engine.fillVolume(volume, sourceOf(archive), never);
		await writing;
		expect(await look('stat -c %s /v/large')).to.deep.equal([String(64 * chunk.length)]);
	});

	it('must say why the archive broke off, leave no helper, and be filled by the next attempt', async () => {
		const broken = async function* (): AsyncGenerator<Uint8Array> {
			yield Buffer.alloc(100);
			await Promise.reject(new Error('the disk reports an error'));
		};
		const failure: unknown = await engine
			.fillVolume(volume, { archive: broken(), folder: 'data' }, never)
			.catch((err: unknown) => err);
		expect(failure).to.have.property('message', 'the disk reports an error');
		expect(await leftovers()).not.to.include('holdfast-fill');
		const archive = pack();
		archive.entry({ name: 'data/a' }, 'A\n');
		archive.finalize();
		await engine.fillVolume(volume, sourceOf(archive), never);
		expect(await look('cat /v/a')).to.deep.equal(['A']);
	});
});
