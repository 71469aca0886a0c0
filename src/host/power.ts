import path from 'node:path';
import { SupervisorError } from '../kit/errors.ts';
import type { HostPower, PowerOrder } from '../ports/host.ts';
import { exists } from './network-facts.ts';
import type { BusCall, SystemBus } from './system-bus.ts';

export interface PowerOptions {
	readonly bus: SystemBus;
	/** Mount point of the host's state partition. */
	readonly stateMountpoint: string;
}

/** Files that stand while an update of the operating system waits for its first sound boot (contract 3.4). */
const osUpdateFiles = ['rollback-health-breadcrumb', 'rollback-altboot-breadcrumb'];

const members: Readonly<Record<PowerOrder, string>> = { reboot: 'Reboot', shutdown: 'PowerOff' };

const logind = {
	destination: 'org.freedesktop.login1',
	path: '/org/freedesktop/login1',
	interface: 'org.freedesktop.login1.Manager',
};

/** The host's switch by its login manager, systemd-logind. */
export function createHostPower({ bus, stateMountpoint }: PowerOptions): HostPower {
	const ask = (
		call: Pick<BusCall, 'member' | 'signature' | 'body' | 'mayGoUnanswered'>,
	): Promise<readonly unknown[]> => bus.call({ ...logind, ...call });
	return {
		async isOsUpdating() {
			const found = osUpdateFiles.map((name) => exists(path.join(stateMountpoint, name)));
			return (await Promise.all(found)).includes(true);
		},
		async check(order) {
			const [word] = await ask({ member: `Can${members[order]}` });
			if (word === 'yes') return;
			throw new SupervisorError(
				`The host cannot ${order}: its login manager says ${String(word)}`,
				{
					code: 'HOST_FAILED',
				},
			);
		},
		async carryOut(order) {
			// Its one argument: whether a person may be asked for a password.
			const member = members[order];
			await ask({ member, signature: 'b', body: [false], mayGoUnanswered: true });
		},
	};
}
