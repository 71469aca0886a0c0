import { oneValue, trimmed, type BackendRules, type BootWish } from './backend-rules.ts';

const prefix = 'HOST_EXTLINUX_';

function wishOf(key: string, items: readonly string[]): BootWish {
	if (key === 'fdt') return oneValue(items, /^[\w./+-]+$/, 'the name of a device tree file');
	if (key !== 'isolcpus') return { refused: 'is none of fdt and isolcpus' };
	const cpus = trimmed(items).join(',');
	return oneValue([cpus], /^[\w,:-]+$/, 'a list of processors');
}

const shared = {
	isOwn: (name: string) => name.startsWith(prefix),
	keyOf: (name: string) => name.slice(prefix.length),
	isList: () => false,
	needsReboot: () => true,
	isRemovable: true,
	wish: wishOf,
} as const;

/** Device tree and kernel arguments in `extra_uEnv.txt`. */
export const extraUEnvRules: BackendRules = {
	...shared,
	backend: 'extraUEnv',
	title: 'extra_uEnv.txt',
};

/** Device tree and kernel arguments in `extlinux.conf`. */
export const extlinuxRules: BackendRules = {
	...shared,
	backend: 'extlinux',
	title: 'extlinux.conf',
};
