import { SupervisorError } from '../../kit/errors.ts';
import type { BootText } from './boot-file.ts';
import { createLinuxText } from './linux-text.ts';

/** `extlinux.conf`: of its default entry the device tree and the kernel's arguments. */
export const extlinux: BootText = createLinuxText('extlinux', {
	fdt: 'FDT',
	commandLine: 'APPEND',
	valueOf,
	withValue: withDirective,
});

interface Directive {
	readonly word: string;
	readonly value: string;
	readonly indent: string;
}

function directiveOf(line: string): Directive | undefined {
	const [, indent = '', word, value = ''] = /^(\s*)(\w+)(?:\s+(.*))?$/.exec(line) ?? [];
	return word === undefined ? undefined : { indent, word: word.toUpperCase(), value: value.trim() };
}

/** Places of the lines of the default entry: its first, and the one behind its last. */
interface Entry {
	readonly from: number;
	readonly to: number;
}

/** @throws {SupervisorError} CONFIG_INVALID */
function defaultEntry(lines: readonly string[]): Entry {
	const directives = lines.map(directiveOf);
	const label = directives.find((one) => one?.word === 'DEFAULT')?.value;
	if (label === undefined) throw invalid('has no DEFAULT');
	const isLabel = (one: Directive | undefined): boolean => one?.word === 'LABEL';
	const from = directives.findIndex((one) => isLabel(one) && one?.value === label);
	if (from < 0) throw invalid(`has no entry ${label}, which is its DEFAULT`);
	const next = directives.findIndex((one, place) => place > from && isLabel(one));
	return { from, to: next < 0 ? lines.length : next };
}

function invalid(fault: string): SupervisorError {
	return new SupervisorError(`extlinux.conf ${fault}: it is left as it is`, {
		code: 'CONFIG_INVALID',
	});
}

function placeOf(lines: readonly string[], { from, to }: Entry, word: string): number {
	return lines.findLastIndex(
		(line, place) => place > from && place < to && directiveOf(line)?.word === word,
	);
}

function valueOf(lines: readonly string[], word: string): string {
	const line = lines[placeOf(lines, defaultEntry(lines), word)];
	return line === undefined ? '' : (directiveOf(line)?.value ?? '');
}

/** The default entry with the directive where it was, or behind its last one; an empty one goes. */
function withDirective(lines: readonly string[], word: string, value: string): string[] {
	const entry = defaultEntry(lines);
	const place = placeOf(lines, entry, word);
	const end = lines.findLastIndex(
		(line, at) => at < entry.to && at >= entry.from && directiveOf(line) !== undefined,
	);
	const model = place < 0 ? end : place;
	const indent = model === entry.from ? '      ' : (directiveOf(lines[model] ?? '')?.indent ?? '');
	const fresh = value === '' ? [] : [`${indent}${word} ${value}`];
	const at = place < 0 ? end + 1 : place;
	return [...lines.slice(0, at), ...fresh, ...lines.slice(place < 0 ? at : at + 1)];
}
