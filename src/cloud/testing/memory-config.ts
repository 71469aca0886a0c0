import { ConfigJson } from '../../config/config-json.ts';
import type { ConfigFile, HostFacts } from '../../ports/host.ts';

export interface MemoryConfig extends ConfigFile {
	/** What the file would contain. */
	content(): Record<string, unknown>;
}

/** config.json without a disk. */
export function createMemoryConfig(initial: Readonly<Record<string, unknown>>): MemoryConfig {
	let content: Record<string, unknown> = { ...initial };
	return {
		content: () => content,
		read: () => Promise.resolve(ConfigJson.parse(content)),
		update(patch) {
			content = Object.fromEntries(
				Object.entries({ ...content, ...patch }).filter(([, value]) => value !== undefined),
			);
			return Promise.resolve(ConfigJson.parse(content));
		},
	};
}

/** Settings without a database. */
export function createMemorySettings(initial: Readonly<Record<string, unknown>> = {}) {
	const settings = new Map(Object.entries(initial));
	return {
		has: (name: string) => settings.has(name),
		getSetting: (name: string) => Promise.resolve(settings.get(name)),
		setSetting(name: string, value: unknown) {
			if (value === undefined) settings.delete(name);
			else settings.set(name, value);
			return Promise.resolve();
		},
	};
}

export const testFacts: HostFacts = {
	osVersion: 'Debian GNU/Linux 12 (bookworm)',
	osVariant: 'dev',
	deviceType: 'unknown',
	deviceArch: 'amd64',
	macAddress: '02:00:00:00:00:01',
	ipAddress: '10.0.0.2 fd00::2',
};

/** Resolves when `check` gives a value other than undefined or false; looks every 5 ms, for 15 s. */
export async function eventually<T>(check: () => T | undefined | false): Promise<T> {
	const deadlineMs = performance.now() + 15_000;
	while (performance.now() < deadlineMs) {
		const value = check();
		if (value !== undefined && value !== false) return value;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	throw new Error('did not happen');
}
