import type { BootChange, BootValues } from '../../model/boot-config.ts';
import { canonicalOverlay, isBasicParam, isListKey } from '../../plan/boot/config-txt-rules.ts';
import type { BootText } from './boot-file.ts';
import { linesOf, textOf } from './text-lines.ts';

const prefix = 'HOST_CONFIG_';

interface Line {
	readonly text: string;
	/** Of a setting that holds for every board; lines below a filter such as `[pi4]` have none, and stay as they are. */
	readonly key?: string;
	readonly value?: string;
	/** A heading, `[pi4]`. */
	readonly isFilter: boolean;
}

/** The Raspberry's `config.txt`: https://www.raspberrypi.com/documentation/computers/config_txt.html */
export const configTxt: BootText = { backend: 'configTxt', read: readText, edit: editText };

function parse(lines: readonly string[]): Line[] {
	let isFiltered = false;
	return lines.map((text) => {
		const filter = /^\s*\[(.+)\]\s*$/.exec(text)?.[1];
		if (filter !== undefined) isFiltered = filter.toLowerCase() !== 'all';
		const isFilter = filter !== undefined;
		const match =
			/^\s*([^#=\s[][^=]*?)\s*=(.*)$/.exec(text) ?? /^\s*(initramfs)\s+(.+)$/.exec(text);
		const [, key, value] = match ?? [];
		if (isFiltered || isFilter || key === undefined) return { text, isFilter };
		return { text, key, value: (value ?? '').trim(), isFilter };
	});
}

function readText(text: string): BootValues {
	const values = valuesOf(parse(linesOf(text).lines));
	return Object.fromEntries([...values].map(([key, items]) => [prefix + key, items]));
}

/**
 * By key. Parameters below an overlay are its own, those of the board apart: `dtoverlay=w1` and `dtparam=pin=4` are the
 * overlay `w1,pin=4`.
 */
function valuesOf(lines: readonly Line[]): Map<string, readonly string[]> {
	const values = new Map<string, readonly string[]>();
	const add = (key: string, items: readonly string[]): void => {
		if (items.length > 0) values.set(key, [...(values.get(key) ?? []), ...items]);
	};
	const addToOverlay = (params: readonly string[]): void => {
		const overlays = values.get('dtoverlay') ?? [];
		const overlay = [overlays.at(-1) ?? '', ...params].join(',');
		values.set('dtoverlay', [...overlays.slice(0, -1), canonicalOverlay(overlay)]);
	};
	let isInOverlay = false;
	for (const { key, value = '', isFilter } of lines) {
		if (isFilter) isInOverlay = false;
		if (key === 'dtoverlay') {
			isInOverlay = value !== '';
			add(key, nonEmpty([value]).map(canonicalOverlay));
		} else if (key === 'dtparam') {
			const { boards, overlays } = paramsIn(value, isInOverlay);
			add(key, boards);
			if (overlays.length > 0) addToOverlay(overlays);
		} else if (key !== undefined && isListKey(key)) add(key, [value]);
		else if (key !== undefined) values.set(key, [value]); // the last one counts
	}
	return values;
}

/** Whose the parameters of a line are. */
function paramsIn(
	value: string,
	isInOverlay: boolean,
): { readonly boards: string[]; readonly overlays: string[] } {
	const params = nonEmpty(value.split(',').map((param) => param.trim()));
	const isOverlays = (param: string): boolean => isInOverlay && !isBasicParam(param);
	const boards = params.filter((param) => !isOverlays(param));
	return { boards, overlays: params.filter(isOverlays) };
}

function nonEmpty(texts: readonly string[]): string[] {
	return texts.filter((text) => text !== '');
}

function editText(text: string, change: BootChange): string {
	const { lines, ending } = linesOf(text);
	let now = parse(lines);
	const keys = Object.entries(change).map(
		([name, items]) => [name.slice(prefix.length), items ?? []] as const,
	);
	const overlays = new Map(keys.filter(([key]) => isDeviceTree(key)));
	for (const [key, items] of keys) {
		if (!isDeviceTree(key)) now = withSetting(now, key, items);
	}
	if (overlays.size > 0) now = withDeviceTree(now, overlays);
	return textOf({ lines: now.map((line) => line.text), ending });
}

function isDeviceTree(key: string): boolean {
	return key === 'dtparam' || key === 'dtoverlay';
}

/** The setting where it was first, or at the end. */
function withSetting(lines: readonly Line[], key: string, items: readonly string[]): Line[] {
	const fresh = items.map((item) => settingLine(key, item));
	const place = lines.findIndex((line) => line.key === key);
	const others = lines.filter((line) => line.key !== key);
	if (place < 0) return withEnd(others, fresh);
	return [...others.slice(0, place), ...fresh, ...others.slice(place)];
}

/**
 * Parameters of the board come before all overlays, as they would count for these; the overlays come last, their
 * parameters in lines of their own, as the firmware cuts long lines, unless they would be the board's there.
 */
function withDeviceTree(
	lines: readonly Line[],
	change: ReadonlyMap<string, readonly string[]>,
): Line[] {
	const before = valuesOf(lines);
	const itemsOf = (key: string): readonly string[] => change.get(key) ?? before.get(key) ?? [];
	const isOurs = ({ key }: Line): boolean => key !== undefined && isDeviceTree(key);
	const first = lines.findIndex((line) => isOurs(line) || line.isFilter);
	const others = lines.filter((line) => !isOurs(line));
	const place = first < 0 ? others.length : first;
	const params = itemsOf('dtparam').map((param) => settingLine('dtparam', param));
	const overlays = itemsOf('dtoverlay').flatMap((overlay) => {
		const [name = '', ...all] = overlay.split(',');
		const head = [name, ...all.filter(isBasicParam)].join(',');
		const own = all.filter((param) => !isBasicParam(param));
		return [settingLine('dtoverlay', head), ...own.map((param) => settingLine('dtparam', param))];
	});
	return withEnd([...others.slice(0, place), ...params, ...others.slice(place)], overlays);
}

/** The lines at the end, where they hold for every board. */
function withEnd(lines: readonly Line[], fresh: readonly Line[]): Line[] {
	const filter = lines.findLast(({ isFilter }) => isFilter)?.text.trim() ?? '[all]';
	const isFiltered = filter.toLowerCase() !== '[all]';
	const heading = isFiltered && fresh.length > 0 ? [{ text: '[all]', isFilter: true }] : [];
	return [...lines, ...heading, ...fresh];
}

function settingLine(key: string, value: string): Line {
	return { text: `${key}=${value}`, key, value, isFilter: false };
}
