import { oneValue, type BackendRules } from './backend-rules.ts';

const keys: Readonly<Record<string, string>> = {
	HOST_CONFIG_power_mode: 'power_mode',
	HOST_CONFIG_fan_profile: 'fan_profile',
};

/** @param name - of a variable, without prefix */
export function isPowerOrFan(name: string): boolean {
	return Object.hasOwn(keys, name);
}

/** Power mode and fan profile of a Jetson Orin: the operating system takes them from `os` of config.json. */
export const powerAndFanRules: BackendRules = {
	backend: 'powerAndFan',
	title: 'os of config.json',
	isOwn: isPowerOrFan,
	keyOf: (name) => keys[name] ?? name,
	isList: () => false,
	needsReboot: (key) => key === 'power_mode',
	isRemovable: true,
	wish: (_key, items) => oneValue(items, /^[\w .-]+$/, 'the name or number of a profile'),
};
