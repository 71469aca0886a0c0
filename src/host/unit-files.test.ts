import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { makeTempTree, type TempTree } from './testing/temp-tree.ts';
import { createUnitFiles } from './unit-files.ts';
import { createHostUnits } from './units.ts';

describe('the files of the host’s units', () => {
	let tree: TempTree;
	beforeEach(async () => {
		tree = await makeTempTree();
	});
	afterEach(() => tree.remove());

	it('must show which units the host has', async () => {
		await tree.write({ 'usr/lib/systemd/system/openvpn.service': '' });
		const mayHave = createUnitFiles(tree.root);
		expect(await mayHave('openvpn.service')).to.equal(true);
		expect(await mayHave('avahi-daemon.service')).to.equal(false);
	});

	it('must show a unit whose link only the host can follow', async () => {
		await tree.write({ 'lib/systemd/system': null, 'etc/systemd/system': null });
		await symlink('/nowhere/a.service', path.join(tree.root, 'etc/systemd/system/a.service'));
		expect(await createUnitFiles(tree.root)('a.service')).to.equal(true);
	});

	it('must rule out nothing on a host whose files cannot be seen', async () => {
		expect(await createUnitFiles(tree.root)('openvpn.service')).to.equal(true);
	});

	it('must spare systemd the question for a unit that the host does not have', async () => {
		await tree.write({ 'usr/lib/systemd/system': null });
		const bus = { call: () => Promise.reject(new Error('nobody should ask')) };
		const units = createHostUnits(bus, createUnitFiles(tree.root));
		expect(await units.look('openvpn.service')).to.deep.equal({
			isThere: false,
			isActive: false,
			partOf: [],
		});
	});
});
