import { expect } from 'chai';
import { findDataMount, parseMemory } from './metrics.ts';

describe('findDataMount', () => {
	for (const { name, mounts, found } of [
		{
			name: 'prefer /data itself',
			mounts:
				'/dev/sda5 /mnt/data ext4 rw 0 0\n/dev/sda6 /data ext4 rw 0 0\ntmpfs /data/x tmpfs 0 0',
			found: { device: '/dev/sda6', mountPoint: '/data' },
		},
		{
			name: 'take another one with /data in it',
			mounts: 'proc /proc proc rw 0 0\n/dev/mmcblk0p6 /mnt/data ext4 rw 0 0',
			found: { device: '/dev/mmcblk0p6', mountPoint: '/mnt/data' },
		},
		{
			name: 'read blanks in paths',
			mounts: '/dev/sda1 /mnt/my\\040disk/data ext4 rw 0 0',
			found: { device: '/dev/sda1', mountPoint: '/mnt/my disk/data' },
		},
		{ name: 'find nothing where there is nothing', mounts: 'proc /proc proc', found: undefined },
	]) {
		it(`must ${name}`, () => {
			expect(findDataMount(mounts)).to.deep.equal(found);
		});
	}
});

describe('parseMemory', () => {
	it('must give nothing for a file without the totals', () => {
		expect(parseMemory('')).to.deep.equal({});
		expect(parseMemory('MemTotal: 12 kB')).to.deep.equal({});
	});
});
