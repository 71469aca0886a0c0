import { z } from 'zod';
import type { SystemBus } from './system-bus.ts';

/** What systemd says of a unit. */
export interface UnitState {
	/** systemd has a file of it. */
	readonly isThere: boolean;
	readonly isActive: boolean;
	/** The units whose restart restarts it. */
	readonly partOf: readonly string[];
}

/** The units of the host's systemd. Failures are SupervisorErrors: HOST_FAILED. */
export interface HostUnits {
	/** @param unit - full name: `redsocks.service` */
	look(unit: string): Promise<UnitState>;
	/** systemd has begun to restart it. */
	restart(unit: string): Promise<void>;
}

const systemd = {
	destination: 'org.freedesktop.systemd1',
	path: '/org/freedesktop/systemd1',
	interface: 'org.freedesktop.systemd1.Manager',
};
const unitInterface = 'org.freedesktop.systemd1.Unit';

const Path = z.tuple([z.string()]);
const Text = z.tuple([z.object({ value: z.string() })]);
const Texts = z.tuple([z.object({ value: z.array(z.string()) })]);

export function createHostUnits(bus: SystemBus): HostUnits {
	const property = (path: string, name: string): Promise<readonly unknown[]> =>
		bus.call({
			destination: systemd.destination,
			path,
			interface: 'org.freedesktop.DBus.Properties',
			member: 'Get',
			signature: 'ss',
			body: [unitInterface, name],
		});
	return {
		async look(unit) {
			// GetUnit knows only what is loaded; a unit without a file is loaded as `not-found`.
			const answer = await bus.call({
				...systemd,
				member: 'LoadUnit',
				signature: 's',
				body: [unit],
			});
			const [path] = Path.parse(answer);
			const [load] = Text.parse(await property(path, 'LoadState'));
			const [active] = Text.parse(await property(path, 'ActiveState'));
			const [partOf] = Texts.parse(await property(path, 'PartOf'));
			return {
				isThere: load.value !== 'not-found',
				isActive: active.value === 'active',
				partOf: partOf.value,
			};
		},
		async restart(unit) {
			// `fail`: a restart that another job stands against is refused, instead of cancelling that one.
			await bus.call({ ...systemd, member: 'RestartUnit', signature: 'ss', body: [unit, 'fail'] });
		},
	};
}
