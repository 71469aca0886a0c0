import { docker } from '../../commands/argv.ts';
import { BOUND_PORTS } from '../../commands/objects.ts';
import { isPortTaken } from '../../effects/ports.ts';
import type { WantedPort } from '../../effects/ports.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const portsCheck = defineCheck({
	name: 'ports',
	area: 'engine',
	needs: ['engine'],
	observe: async ({ shell, names, ports }) => {
		const look = docker('inspect', '--format', BOUND_PORTS, names.device, names.cloud);
		const { stdout } = await shell.capture(look); // what one of them has, also when the other is absent
		const own = new Set(stdout.split(/\s+/).map(Number));
		const wanted: WantedPort[] = [
			{ port: ports.apiPort, use: "the supervisor's API", option: '--api-port' },
			{ port: ports.pagePort, use: "the app's page", option: '--page-port' },
			{ port: ports.cloudPort, use: "the development cloud's API", option: '--cloud-port' },
			{ port: ports.registryPort, use: 'its registry', option: '--registry-port' },
		];
		const foreign = wanted.filter(({ port }) => !own.has(port));
		const taken = await Promise.all(foreign.map(({ port }) => isPortTaken(port)));
		return foreign.filter((_, index) => taken[index]);
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
