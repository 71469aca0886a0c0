import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readOwnContainerId } from './own-container.ts';

const id = 'c0ffee'.repeat(10) + 'abcd';

describe('readOwnContainerId', () => {
	let proc: string;
	before(() => {
		proc = mkdtempSync(join(tmpdir(), 'own-container-'));
		mkdirSync(join(proc, 'self'));
	});
	after(() => rmSync(proc, { recursive: true }));

	for (const { name, mounts, expected } of [
		{
			name: 'Docker',
			mounts: [
				'76 75 0:48 / / rw,relatime - overlay overlay rw,lowerdir=/x',
				`91 76 254:0 /var/lib/docker/containers/${id}/resolv.conf /etc/resolv.conf rw - ext4 /dev/vda rw`,
				`92 76 254:0 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/vda rw`,
			],
			expected: id,
		},
		{
			name: "balenaEngine's own folder",
			mounts: [`9 7 179:6 /docker/containers/${id}/hosts /etc/hosts rw - ext4 /dev/mmcblk0p6 rw`],
			expected: id,
		},
		{
			name: 'a host that is a container itself',
			mounts: [
				`80 76 254:0 /docker/containers/${'a'.repeat(64)}/hosts /mnt/root/etc/hosts rw - ext4 /dev/x rw`,
				`91 76 254:0 /docker/volumes/v/_data/containers/${id}/hosts /etc/hosts rw - ext4 /dev/x rw`,
			],
			expected: id,
		},
		{
			name: "a volume that shows the engine's containers",
			mounts: [`9 7 179:6 /docker/containers/${id}/log.json /mnt/log.json rw - ext4 /dev/x rw`],
			expected: undefined,
		},
		{ name: 'no container', mounts: ['20 1 8:1 / / rw - ext4 /dev/sda1 rw'], expected: undefined },
	]) {
		it(`must tell the id from the mounts: ${name}`, async () => {
			writeFileSync(join(proc, 'self/mountinfo'), `${mounts.join('\n')}\n`);
			expect(await readOwnContainerId(proc)).to.equal(expected);
		});
	}

	it('must not fail where the kernel shows nothing', async () => {
		expect(await readOwnContainerId('/absent')).to.equal(undefined);
	});
});
