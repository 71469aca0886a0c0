import { containerState } from '../../effects/engine.ts';
import { isPortTaken } from '../../effects/ports.ts';
import type { WantedPort } from '../../effects/ports.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const portsCheck = defineCheck({
	name: 'ports',
	area: 'engine',
	needs: ['engine'],
	observe: async ({ shell, names, ports }) => {
		const hasDevice = (await containerState(shell, names.device)) === 'running';
		const hasCloud = (await containerState(shell, names.cloud)) === 'running';
		const wanted: WantedPort[] = [
			...(hasDevice
				? [] // it has its ports, whichever they are
				: [
						{ port: ports.apiPort, use: "the supervisor's API", option: '--api-port' },
						{ port: ports.pagePort, use: "the app's page", option: '--page-port' },
					]),
			...(hasCloud
				? []
				: [
						{ port: ports.cloudPort, use: "the development cloud's API", option: '--cloud-port' },
						{ port: ports.registryPort, use: 'its registry', option: '--registry-port' },
					]),
		];
		const taken = await Promise.all(wanted.map(({ port }) => isPortTaken(port)));
		return wanted.filter((_, index) => taken[index]);
	},
	judge: judgePorts,
});

/** @param taken - wanted ports on which something else listens */
export function judgePorts(taken: readonly WantedPort[]): Verdict {
	if (taken.length === 0) return ok('all free, or taken by this device');
	const list = taken.map(({ port, use }) => `${port} (for ${use})`).join(', ');
	const options = taken.map(({ option }) => `${option} <port>`).join(' ');
	return problem(
		`something else listens on ${list}`,
		`End it, stop the device that has it (docker ps), or choose others: ./dindctl run ${options}.`,
	);
}
