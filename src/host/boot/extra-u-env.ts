import type { BootText } from './boot-file.ts';
import { createLinuxText } from './linux-text.ts';

/** `extra_uEnv.txt`: variables that U-Boot reads; the kernel's arguments are one of them. */
export const extraUEnv: BootText = createLinuxText('extraUEnv', {
	fdt: 'custom_fdt_file',
	commandLine: 'extra_os_cmdline',
	valueOf,
	withValue: withSetting,
});

const settingOf = (line: string): readonly [key: string, value: string] | undefined => {
	const [, key, value] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
	return key === undefined ? undefined : [key, (value ?? '').trim()];
};

function valueOf(lines: readonly string[], key: string): string {
	return lines.map(settingOf).findLast((setting) => setting?.[0] === key)?.[1] ?? '';
}

/** The setting where it was first, or at the end; an empty one goes. */
function withSetting(lines: readonly string[], key: string, value: string): string[] {
	const isIt = (line: string): boolean => settingOf(line)?.[0] === key;
	const place = lines.findIndex(isIt);
	const others = lines.filter((line) => !isIt(line));
	const fresh = value === '' ? [] : [`${key}=${value}`];
	const at = place < 0 ? others.length : place;
	return [...others.slice(0, at), ...fresh, ...others.slice(at)];
}
