import { lstat } from 'node:fs/promises';
import path from 'node:path';

/** Where systemd looks for units; see systemd.unit(5). */
const folders = [
	'etc/systemd/system.control',
	'run/systemd/system.control',
	'run/systemd/transient',
	'run/systemd/generator.early',
	'etc/systemd/system',
	'run/systemd/system',
	'run/systemd/generator',
	'usr/local/lib/systemd/system',
	'usr/lib/systemd/system',
	'lib/systemd/system',
	'run/systemd/generator.late',
];
/** Every host with systemd has one of these. */
const packaged = ['usr/lib/systemd/system', 'lib/systemd/system'];

/**
 * Tells from the host's files whether it is worth while to ask systemd for a unit: on a host that has none of those that
 * matter here, the D-Bus library stays out of memory.
 * @param root - mount point of the host's root file system
 * @returns false when the host has no file of the unit; true also when its files cannot be seen
 */
export function createUnitFiles(root: string): (unit: string) => Promise<boolean> {
	// Links may lead to where only the host can follow.
	const isThere = (...parts: string[]): Promise<boolean> =>
		lstat(path.join(root, ...parts)).then(
			() => true,
			() => false,
		);
	const areSeen = async (): Promise<boolean> =>
		(await Promise.all(packaged.map((folder) => isThere(folder)))).includes(true);
	return async (unit) => {
		const found = await Promise.all(folders.map((folder) => isThere(folder, unit)));
		return found.includes(true) || !(await areSeen());
	};
}
