import type { ConfigJson } from '../config/config-json.ts';
import { decodeSettings } from '../config/decode-settings.ts';
import type { Settings } from '../config/settings.ts';

/** The settings in force; rooms are given functions that read them here. */
export interface SettingsHolder {
	current(): Settings;
	/** Puts a target's device configuration variables in force. @returns one sentence per value not understood */
	apply(variables: Readonly<Record<string, string>>): readonly string[];
}

export function createSettingsHolder(configJson: ConfigJson): SettingsHolder {
	const { persistentLogging } = configJson; // until a target speaks of it, it is as it is
	let settings: Settings = { ...decodeSettings({}, configJson).settings, persistentLogging };
	return {
		current: () => settings,
		apply(variables) {
			const decoded = decodeSettings(variables, configJson);
			settings = decoded.settings;
			return decoded.problems;
		},
	};
}
