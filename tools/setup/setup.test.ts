import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { wordsOf } from '../check/document-runs.ts';

const SETUP = join(import.meta.dirname, 'setup');
const READY = join(import.meta.dirname, 'node-modules-ready.mjs');

const setup = (...args: string[]) => spawnSync('/bin/sh', [SETUP, ...args], { encoding: 'utf8' });

describe('tools/setup/setup', () => {
	it('must explain itself', () => {
		const [program, ...words] = wordsOf('sh tools/setup/setup --help');
		const cwd = join(import.meta.dirname, '../..');
		const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', cwd });
		expect(status).to.equal(0);
		for (const profile of ['node', 'engine', 'images', 'test', 'run', 'bench']) {
			expect(stdout).to.match(new RegExp(`^ {2}${profile} `, 'm'));
		}
	});

	it('must refuse a profile that it does not know', () => {
		expect(setup('everything').status).to.equal(2);
		expect(setup().status).to.equal(2);
	});

	it('must say nothing where nothing is missing', () => {
		const { status, stdout, stderr } = setup('node');
		expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: '', stderr: '' });
	});
});

describe('node-modules-ready', () => {
	let folder: string;

	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'holdfast-ready-'));
		mkdirSync(join(folder, 'node_modules/sqlite3/build/Release'), { recursive: true });
		writeFileSync(join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node'), '');
	});

	afterEach(() => rmSync(folder, { recursive: true }));

	function isReady(locked: unknown, installed: unknown): boolean {
		writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }));
		const record = JSON.stringify({ packages: installed });
		writeFileSync(join(folder, 'node_modules/.package-lock.json'), record);
		return spawnSync(process.execPath, [READY], { cwd: folder }).status === 0;
	}

	const locked = {
		'': { version: '1.0.0' },
		'node_modules/a': { version: '1.0.0' },
		'node_modules/b': { version: '1.0.0', optional: true },
	};
	const cases = [
		{
			name: 'must take equal versions',
			installed: { 'node_modules/a': { version: '1.0.0' } },
			ready: true,
		},
		{
			name: 'must see another version',
			installed: { 'node_modules/a': { version: '1.0.1' } },
			ready: false,
		},
		{ name: 'must see an absent package', installed: {}, ready: false },
	];
	for (const { name, installed, ready } of cases) {
		it(name, () => {
			expect(isReady(locked, installed)).to.equal(ready);
		});
	}

	it('must see that sqlite3 is not compiled', () => {
		rmSync(join(folder, 'node_modules/sqlite3'), { recursive: true });
		expect(isReady({}, {})).to.equal(false);
	});
});
