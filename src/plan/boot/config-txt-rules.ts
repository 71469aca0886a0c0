import type { BootValues } from '../../model/boot-config.ts';
import { trimmed, type BackendRules, type BootWish } from './backend-rules.ts';
import { isPowerOrFan } from './power-and-fan-rules.ts';

const prefix = 'HOST_CONFIG_';

/** Keys of which the file may have several lines. */
const listKeys: ReadonlySet<string> = new Set([
	'dtparam',
	'dtoverlay',
	'device_tree_param',
	'device_tree_overlay',
	'gpio',
]);

/** Keys by which a device could be made unable to boot. */
const fixedKeys: ReadonlySet<string> = new Set([
	'disable_commandline_tags',
	'cmdline',
	'kernel',
	'kernel_address',
	'kernel_old',
	'ramfsfile',
	'ramfsaddr',
	'initramfs',
	'device_tree_address',
	'init_emmc_clock',
	'avoid_safe_mode',
]);

const basicParams: ReadonlySet<string> = new Set([
	'audio',
	'spi',
	'i2c',
	'i2c_arm',
	'i2c_vc',
	'i2c_baudrate',
	'i2c_arm_baudrate',
	'i2c_vc_baudrate',
]);

/** True for a device tree parameter that is none of an overlay, wherever it stands: `spi=on`. */
export function isBasicParam(param: string): boolean {
	return basicParams.has(param.split('=', 1)[0] ?? '');
}

export function isFixedKey(key: string): boolean {
	return fixedKeys.has(key);
}

export function isListKey(key: string): boolean {
	return listKeys.has(key);
}

function wishOf(key: string, items: readonly string[]): BootWish {
	if (fixedKeys.has(key)) return { refused: 'cannot be changed' };
	if (!/^[\w.:@-]+$/.test(key)) return { refused: 'is no key of config.txt' };
	if (items.some((item) => /[\r\n]/.test(item))) return { refused: 'must be of one line' };
	if (!listKeys.has(key)) {
		return items.length === 1
			? { items: items.map((item) => item.trim()) }
			: { refused: 'takes one value' };
	}
	if (key === 'dtparam') return { items: paramsIn(items) };
	if (key !== 'dtoverlay') return { items: trimmed(items) };
	const overlays = trimmed(items).map(canonicalOverlay);
	return overlays.some((overlay) => /^(,|$)/.test(overlay))
		? { refused: 'must begin with the name of an overlay' }
		: { items: overlays };
}

/** The firmware takes several parameters in one line for as many lines. */
function paramsIn(items: readonly string[]): string[] {
	return trimmed(items.flatMap((item) => item.split(',')));
}

/**
 * An overlay in the one form that is compared: its name, then parameters that in a line of their own would be the board's,
 * then the others.
 */
export function canonicalOverlay(overlay: string): string {
	const [name = '', ...rest] = overlay.split(',');
	const params = trimmed(rest);
	const others = params.filter((param) => !isBasicParam(param));
	return [name.trim(), ...params.filter(isBasicParam), ...others].join(',');
}

/** The carrier board of a balenaFin does not work without its overlay. */
function requiredOf(deviceType: string, wanted: BootValues, seen: BootValues): BootValues {
	if (deviceType !== 'fincm3') return {};
	const name = `${prefix}dtoverlay`;
	const overlays = wanted[name] ?? seen[name] ?? [];
	return { [name]: overlays.includes('balena-fin') ? overlays : [...overlays, 'balena-fin'] };
}

/** The Raspberry's `config.txt`. */
export const configTxtRules: BackendRules = {
	backend: 'configTxt',
	title: 'config.txt',
	isOwn: (name) => name.startsWith(prefix) && !isPowerOrFan(name),
	keyOf: (name) => name.slice(prefix.length),
	isList: isListKey,
	needsReboot: () => true,
	isRemovable: true,
	wish: wishOf,
	required: requiredOf,
};
