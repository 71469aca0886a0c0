import type { BootChange, BootValues } from '../../model/boot-config.ts';
import type { BootText } from './boot-file.ts';
import { linesOf, textOf, withWord, wordIn } from './text-lines.ts';

const names = { fdt: 'HOST_EXTLINUX_fdt', isolcpus: 'HOST_EXTLINUX_isolcpus' } as const;
const keys = { fdt: 'custom_fdt_file', commandLine: 'extra_os_cmdline' } as const;

/** `extra_uEnv.txt`: variables that U-Boot reads; the kernel's arguments are one of them. */
export const extraUEnv: BootText = { backend: 'extraUEnv', read: readText, edit: editText };

const settingOf = (line: string): readonly [key: string, value: string] | undefined => {
	const [, key, value] = /^\s*(\w+)=(.*)$/.exec(line) ?? [];
	return key === undefined ? undefined : [key, (value ?? '').trim()];
};

function valueOf(lines: readonly string[], key: string): string {
	return lines.map(settingOf).findLast((setting) => setting?.[0] === key)?.[1] ?? '';
}

function readText(text: string): BootValues {
	const { lines } = linesOf(text);
	const fdt = valueOf(lines, keys.fdt);
	const isolcpus = wordIn(valueOf(lines, keys.commandLine), 'isolcpus');
	return {
		...(fdt === '' ? {} : { [names.fdt]: [fdt] }),
		...(isolcpus === undefined ? {} : { [names.isolcpus]: [isolcpus] }),
	};
}

function editText(text: string, change: BootChange): string {
	const { lines, ending } = linesOf(text);
	let now = lines;
	const fdt = change[names.fdt];
	if (fdt !== undefined) now = withSetting(now, keys.fdt, fdt?.[0] ?? '');
	const isolcpus = change[names.isolcpus];
	if (isolcpus !== undefined) {
		const before = valueOf(now, keys.commandLine);
		now = withSetting(now, keys.commandLine, withWord(before, 'isolcpus', isolcpus?.[0]));
	}
	return textOf({ lines: now, ending });
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
