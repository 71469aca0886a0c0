import { isRecord } from '../../kit/digest.ts';
import type { BootValues } from '../../model/boot-config.ts';
import type { ConfigFile } from '../../ports/host.ts';
import type { BootFile } from './boot-file.ts';

/** Where `os` of config.json has each variable. */
const places = {
	HOST_CONFIG_power_mode: ['power', 'mode'],
	HOST_CONFIG_fan_profile: ['fan', 'profile'],
} as const;

type Os = Readonly<Record<string, unknown>>;

const valueAt = (os: Os, [group, member]: readonly [string, string]): string | undefined => {
	const inner = os[group];
	const value = isRecord(inner) ? inner[member] : undefined;
	return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
};

/** Power mode and fan profile in `os` of config.json; what else is there stays. */
export function createPowerAndFan(configFile: ConfigFile): BootFile {
	const read = async (): Promise<Os> => (await configFile.read()).os ?? {};
	return {
		backend: 'powerAndFan',
		isThere: () => Promise.resolve(true),
		async read(): Promise<BootValues> {
			const os = await read();
			return Object.fromEntries(
				Object.entries(places).flatMap(([name, place]) => {
					const value = valueAt(os, place);
					return value === undefined ? [] : [[name, [value]]];
				}),
			);
		},
		async change(change) {
			let os = await read();
			for (const [name, place] of Object.entries(places)) {
				const items = change[name];
				if (items !== undefined) os = withValue(os, place, items?.[0]);
			}
			await configFile.update({ os: Object.keys(os).length === 0 ? undefined : os });
		},
	};
}

/** A group that has nothing left goes, too. */
function withValue(
	os: Os,
	[group, member]: readonly [string, string],
	value: string | undefined,
): Os {
	const { [group]: inner, ...others } = os;
	const { [member]: _, ...rest } = isRecord(inner) ? inner : {};
	const next = value === undefined ? rest : { ...rest, [member]: value };
	return Object.keys(next).length === 0 ? others : { ...others, [group]: next };
}
