import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../kit/logger.ts';
import type { ConfigFile } from '../ports/host.ts';
import { describeConfigFile } from '../ports/testing/config-file-contract.ts';
import { createConfigFile } from './config-file.ts';
import { skipTest } from '../../test/support/skip-test.ts';

describe('createConfigFile', () => {
	let folder: string;
	let filePath: string;
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'holdfast-config-'));
		filePath = path.join(folder, 'config.json');
	});
	afterEach(() => rm(folder, { recursive: true, force: true }));

	const openFile = (copyPath?: string): ConfigFile =>
		createConfigFile({ path: filePath, copyPath, log: silentLogger });
	const onDisk = async (): Promise<unknown> => JSON.parse(await readFile(filePath, 'utf8'));
	const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
		work.then(
			() => undefined,
			(err: unknown) => err,
		);

	describeConfigFile('the file', async (content) => {
		await writeFile(filePath, JSON.stringify(content));
		return { file: openFile(), content: onDisk };
	});

	for (const { name, text, says } of [
		{ name: 'missing', text: undefined, says: 'is missing' },
		{ name: 'empty', text: '', says: 'is cut off' },
		{ name: 'truncated', text: '{"uuid":"ab', says: 'is cut off' },
		{ name: 'not JSON', text: '{\n  uuid: 1\n}', says: 'is not JSON at line 2, column 3' },
		{ name: 'HTML', text: '<html></html>', says: 'is not JSON at line 1, column 1' },
		{ name: 'a list', text: '[]', says: 'config.json: must be an object' },
		{
			name: 'of wrong types',
			text: '{"listenPort":"abc","uuid":5}',
			says: 'config.json: listenPort must be a port, got "abc"; config.json: uuid must be a string, got 5',
		},
	]) {
		it(`must refuse a file that is ${name}, and read it once it is corrected`, async () => {
			if (text !== undefined) await writeFile(filePath, text);
			const file = openFile();
			const failure = await failureOf(file.read());
			expect(failure).to.include({ code: 'CONFIG_INVALID' });
			expect(failure).to.have.property('message').that.includes(says);
			expect(failure).to.have.property('message').that.includes(`Correct ${filePath}`);
			await writeFile(filePath, '{"uuid":"ab"}');
			expect(await file.read()).to.include({ uuid: 'ab' });
		});
	}

	it('must refuse a folder in its place', async () => {
		await mkdir(filePath);
		const failure = await failureOf(openFile().read());
		expect(failure).to.include({ code: 'CONFIG_INVALID' });
		expect(failure).to.have.property('message').that.includes('it is a folder');
	});

	it('must leave nothing but the file and its copy behind, and keep mode and indentation', async () => {
		await writeFile(filePath, '{\n    "uuid": "ab"\n}\n');
		await chmod(filePath, 0o600);
		await openFile().update({ deviceId: 7 });
		expect(await readFile(filePath, 'utf8')).to.equal('{\n    "uuid": "ab",\n    "deviceId": 7\n}');
		expect((await readdir(folder)).sort()).to.deep.equal(['config.json', 'config.json.bak']);
		expect((await stat(filePath)).mode & 0o777).to.equal(0o600);
	});

	it('must not write when nothing changes', async () => {
		await writeFile(filePath, '{"uuid":"ab"}\n');
		const { mtimeMs, ino } = await stat(filePath);
		await openFile().update({ uuid: 'ab', apiKey: undefined });
		expect(await stat(filePath)).to.include({ mtimeMs, ino });
	});

	for (const torn of ['', '{"uuid":"ab","dev', '\0'.repeat(300)]) {
		it(`must mend ${JSON.stringify(torn.slice(0, 20))} from the copy, and keep the torn text`, async () => {
			await writeFile(filePath, '{"uuid":"ab","extra":1}');
			await openFile().update({ deviceId: 7 });
			await writeFile(filePath, torn);
			expect(await openFile().read()).to.include({ uuid: 'ab', deviceId: 7 });
			expect(await onDisk()).to.deep.equal({ uuid: 'ab', extra: 1, deviceId: 7 });
			expect(await readFile(`${filePath}.damaged`, 'utf8')).to.equal(torn);
		});
	}

	it('must mend from a copy on another disk', async () => {
		const copyPath = path.join(folder, 'elsewhere.json');
		await writeFile(filePath, '{"uuid":"ab"}');
		await openFile(copyPath).read();
		await writeFile(filePath, '');
		expect(await openFile(copyPath).read()).to.include({ uuid: 'ab' });
	});

	it('must bring back a file that was lost while it was replaced', async () => {
		await writeFile(`${filePath}.new`, '{"uuid":"ab"}');
		expect(await openFile().read()).to.include({ uuid: 'ab' });
		expect(await onDisk()).to.deep.equal({ uuid: 'ab' });
	});

	it('must not bring back a file that somebody removed', async () => {
		await writeFile(filePath, '{"uuid":"ab"}');
		await openFile().read();
		await rm(filePath);
		expect(await failureOf(openFile().read())).to.include({ code: 'CONFIG_INVALID' });
	});

	it('must drop the rest of a write that was cut off', async () => {
		await writeFile(filePath, '{"uuid":"ab","deviceId":8}');
		await writeFile(`${filePath}.new`, '{"uuid":"ab","deviceId":7}');
		expect(await openFile().read()).to.include({ deviceId: 8 });
		expect(await readdir(folder)).not.to.include('config.json.new');
	});

	it('must keep what a person wrote while it was open', async () => {
		await writeFile(filePath, '{"uuid":"ab"}');
		const file = openFile();
		await file.read();
		await writeFile(filePath, '{"uuid":"ab","hostname":"by-hand"}');
		await file.update({ deviceId: 7 });
		expect(await onDisk()).to.deep.equal({ uuid: 'ab', hostname: 'by-hand', deviceId: 7 });
	});

	it('must leave the file as it was when an update is not valid', async () => {
		await writeFile(filePath, '{"uuid":"ab"}');
		const file = openFile();
		const failure = await failureOf(file.update({ listenPort: 'abc' }));
		expect(failure).to.include({ code: 'CONFIG_INVALID' });
		expect(await onDisk()).to.deep.equal({ uuid: 'ab' });
		expect(await file.read()).to.include({ listenPort: 48484 });
	});

	it('must update a file that is mounted by itself, in place, with a copy beside it', async function () {
		this.timeout(20_000);
		const realPath = path.join(folder, 'real.json');
		await writeFile(realPath, '{"uuid":"ab","hostname":"a-name-that-makes-it-longer"}');
		await writeFile(filePath, '');
		const script = path.join(import.meta.dirname, 'testing/update-config.ts');
		const command = `mount --bind ${realPath} ${filePath} && exec "$0" --import tsx ${script} ${filePath}`;
		const ran = spawnSync('unshare', ['-rm', 'sh', '-c', command, process.execPath]);
		if (ran.status !== 0 && /unshare|mount/.test(ran.stderr.toString()))
			skipTest(this, 'mounts cannot be made here');
		expect(ran.stderr.toString()).to.equal('');
		const wanted = { uuid: 'ab', hostname: 'a-name-that-makes-it-longer', deviceId: 7 };
		expect(JSON.parse(await readFile(realPath, 'utf8'))).to.deep.equal(wanted);
		expect(JSON.parse(await readFile(`${filePath}.bak`, 'utf8'))).to.deep.equal(wanted);
		expect(await readdir(folder)).not.to.include('config.json.new');
	});
});
