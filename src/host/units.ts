import { z } from 'zod';
import type { HostUnit } from '../model/host-unit.ts';
import type { HostUnits } from '../ports/host-services.ts';
import type { SystemBus } from './system-bus.ts';

/** What systemd says of a unit, and of those it belongs to. */
export interface UnitState extends HostUnit {
	/** The units whose restart restarts it. */
	readonly partOf: readonly string[];
}

/** The units of the host's systemd. */
export interface SystemdUnits extends HostUnits {
	look(unit: string): Promise<UnitState>;
	/** systemd has begun to restart it. @throws {SupervisorError} HOST_FAILED */
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

/** @param mayHave - false for a unit that systemd need not be asked for, as it has no file of it; default: all are asked for */
export function createHostUnits(
	bus: SystemBus,
	mayHave: (unit: string) => Promise<boolean> = () => Promise.resolve(true),
): SystemdUnits {
	const property = (path: string, name: string): Promise<readonly unknown[]> =>
		bus.call({
			destination: systemd.destination,
			path,
			interface: 'org.freedesktop.DBus.Properties',
			member: 'Get',
			signature: 'ss',
			body: [unitInterface, name],
		});
	const order = async (member: string, unit: string): Promise<void> => {
		// `fail`: an order that another job stands against is refused, instead of cancelling that one.
		await bus.call({ ...systemd, member, signature: 'ss', body: [unit, 'fail'] });
	};
	return {
		async look(unit) {
			if (!(await mayHave(unit))) return { isThere: false, isActive: false, partOf: [] };
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
				isThere: load.value === 'loaded',
				isActive: active.value === 'active',
				partOf: partOf.value,
			};
		},
		start: (unit) => order('StartUnit', unit),
		stop: (unit) => order('StopUnit', unit),
		restart: (unit) => order('RestartUnit', unit),
	};
}
