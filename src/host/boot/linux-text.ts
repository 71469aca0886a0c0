import type { BootBackend } from '../../model/boot-config.ts';
import type { BootText } from './boot-file.ts';
import { linesOf, textOf, withWord, wordIn } from './text-lines.ts';

const names = { fdt: 'HOST_EXTLINUX_fdt', isolcpus: 'HOST_EXTLINUX_isolcpus' } as const;

/** A file of lines from which Linux is booted, and the words that it has for things. */
export interface LinuxWords {
	/** Before the file of the device tree. */
	readonly fdt: string;
	/** Before the kernel's arguments. */
	readonly commandLine: string;
	/** What stands behind the word; empty when it is not there. */
	readonly valueOf: (lines: readonly string[], word: string) => string;
	/** The lines with this value behind the word; without the word when it is empty. */
	readonly withValue: (lines: readonly string[], word: string, value: string) => string[];
}

/** The device tree and the isolated processors in such a file. */
export function createLinuxText(
	backend: BootBackend,
	{ fdt, commandLine, valueOf, withValue }: LinuxWords,
): BootText {
	return {
		backend,
		read(text) {
			const { lines } = linesOf(text);
			const tree = valueOf(lines, fdt);
			const isolcpus = wordIn(valueOf(lines, commandLine), 'isolcpus');
			return {
				...(tree === '' ? {} : { [names.fdt]: [tree] }),
				...(isolcpus === undefined ? {} : { [names.isolcpus]: [isolcpus] }),
			};
		},
		edit(text, change) {
			const { lines, ending } = linesOf(text);
			let now = lines;
			const tree = change[names.fdt];
			if (tree !== undefined) now = withValue(now, fdt, tree?.[0] ?? '');
			const isolcpus = change[names.isolcpus];
			if (isolcpus !== undefined) {
				const words = withWord(valueOf(now, commandLine), 'isolcpus', isolcpus?.[0]);
				now = withValue(now, commandLine, words);
			}
			return textOf({ lines: now, ending });
		},
	};
}
