import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { hasHostNetwork } from './network-namespace.ts';

describe('hasHostNetwork', () => {
	let root: string;
	let proc: string;
	beforeEach(() => {
		root = mkdtempSync(path.join(tmpdir(), 'holdfast-namespace-'));
		proc = path.join(root, 'own');
	});
	afterEach(() => rmSync(root, { recursive: true }));

	const give = (folder: string, process: string, namespace: string): void => {
		mkdirSync(path.join(folder, process, 'ns'), { recursive: true });
		symlinkSync(namespace, path.join(folder, process, 'ns/net'));
	};

	it('must be true in the namespace of the host’s first process', async () => {
		give(proc, 'self', 'net:[4026531840]');
		give(path.join(root, 'proc'), '1', 'net:[4026531840]');
		expect(await hasHostNetwork({ rootMountpoint: root, proc })).to.equal(true);
	});

	it('must be false in another one', async () => {
		give(proc, 'self', 'net:[4026532193]');
		give(path.join(root, 'proc'), '1', 'net:[4026531840]');
		expect(await hasHostNetwork({ rootMountpoint: root, proc })).to.equal(false);
	});

	it('must be true where the host cannot be seen', async () => {
		give(proc, 'self', 'net:[4026532193]');
		expect(await hasHostNetwork({ rootMountpoint: root, proc })).to.equal(true);
	});
});
