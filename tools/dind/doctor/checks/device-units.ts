import { systemctl } from '../../commands/inside.ts';
import { defineCheck, ok, problem, warning, type Verdict } from '../check.ts';

export interface UnitFacts {
	/** Units that have failed. */
	readonly failed: readonly string[];
	/** What `systemctl` said on standard error, when it could not be asked. */
	readonly fault: string | undefined;
}

export const deviceUnitsCheck = defineCheck({
	name: 'device-units',
	area: 'device',
	needs: ['device'],
	observe: async ({ shell, names }): Promise<UnitFacts> => {
		const list = systemctl(names, 'list-units', '--failed', '--plain', '--no-legend');
		const { code, stdout, stderr } = await shell.capture(list);
		const lines = stdout.split('\n').filter((line) => line !== '');
		return {
			failed: lines.map((line) => line.split(' ')[0] ?? line),
			fault: code === 0 ? undefined : stderr.trim(),
		};
	},
	judge: judgeUnits,
});

/** Without these there is no device to speak of. */
const VITAL = /^(docker|containerd|holdfast-prepare|resin-supervisor-dind)\./;

export function judgeUnits({ failed, fault }: UnitFacts): Verdict {
	if (fault !== undefined) {
		return problem(
			`systemd in the device does not answer (${fault})`,
			'It may be starting; if not, make the device again: ./dindctl stop --no-clean, then ./dindctl run.',
		);
	}
	if (failed.length === 0) return ok('systemd runs, no unit has failed');
	const says = `failed in the device: ${failed.join(', ')}`;
	const todo = `See why: ./dindctl logs -n 50 -u ${failed[0] ?? ''}`;
	return failed.some((unit) => VITAL.test(unit)) ? problem(says, todo) : warning(says, todo);
}
