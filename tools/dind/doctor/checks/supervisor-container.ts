import { inDevice, SUPERVISOR_CONTAINER, SUPERVISOR_UNIT } from '../../commands/inside.ts';
import type { CommandResult } from '../../effects/shell.ts';
import { defineCheck, ok, problem, type Verdict } from '../check.ts';

export const supervisorContainerCheck = defineCheck({
	name: 'supervisor-container',
	area: 'device',
	needs: ['device-engine'],
	observe: async ({ shell, names }) => {
		const format = '{{.State.Status}} {{.Config.Image}} {{.State.ExitCode}} {{.State.Error}}';
		const look = ['docker', 'inspect', '--type', 'container', '--format', format];
		return await shell.capture(inDevice(names, ...look, SUPERVISOR_CONTAINER));
	},
	judge: judgeSupervisorContainer,
});

const LOGS = `What it says: ./dindctl logs -n 50 -u ${SUPERVISOR_UNIT}.`;

/** @param answer - status, image, exit code and error of the supervisor's container */
export function judgeSupervisorContainer({ code, stdout }: CommandResult): Verdict {
	if (code !== 0) {
		return problem(
			`the device has no container ${SUPERVISOR_CONTAINER}`,
			`Its image may be missing: ./dindctl run loads it. ${LOGS}`,
		);
	}
	const [status = '', image = '', exitCode = '', ...error] = stdout.trim().split(' ');
	if (status === 'running') return ok(`runs ${image}`);
	const why = error.length === 0 ? `exit code ${exitCode}` : error.join(' ');
	const isForeign = /exec format error/i.test(why) || exitCode === '255';
	return problem(
		`container ${SUPERVISOR_CONTAINER} is ${status} (${why})`,
		isForeign ? `Is ${image} made for this processor? Build it: ./dindctl buildrun. ${LOGS}` : LOGS,
	);
}
