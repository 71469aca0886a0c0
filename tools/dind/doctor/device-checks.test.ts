import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import type { Verdict } from './check.ts';
import { judgeDevice } from './checks/device.ts';
import { judgeDeviceConfig } from './checks/device-config.ts';
import { judgeDeviceEngine } from './checks/device-engine.ts';
import { deviceUnitsCheck, judgeUnits } from './checks/device-units.ts';
import { judgeSupervisorApi } from './checks/supervisor-api.ts';
import { judgeSupervisorContainer } from './checks/supervisor-container.ts';
import { judgeState } from './checks/supervisor-state.ts';

type Status = Parameters<typeof judgeState>[0];

const cloud = { endpoint: 'http://api.test', state: 'connected' } as const;
const base = {
	...{ revision: 1, at: '2026-01-01T00:00:00Z', loop: { state: 'settled', reason: '' }, apps: [] },
};
const state = (device: object, given: object = {}): Status =>
	Object.assign({}, base, { device }, given) as Status;
const app = (phase: string, reason: string) => ({
	...{ appUuid: 'u', name: 'hello', failures: 0, ignored: [], services: [], phase, reason },
});
const device = { name: 't', container: 't-device' };

const cases: readonly {
	readonly name: string;
	readonly verdict: Verdict;
	readonly status: Verdict['status'];
	readonly says?: RegExp;
}[] = [
	{ name: 'no device', verdict: judgeDevice({ ...device, state: 'absent' }), status: 'none' },
	{ name: 'a device', verdict: judgeDevice({ ...device, state: 'running' }), status: 'ok' },
	{
		name: 'one that ended',
		verdict: judgeDevice({ ...device, state: 'exited' }),
		status: 'problem',
	},
	{ name: 'no failed unit', verdict: judgeUnits({ failed: [], fault: undefined }), status: 'ok' },
	{
		name: 'a failed unit of no weight',
		verdict: judgeUnits({ failed: ['x.service'], fault: undefined }),
		status: 'warning',
	},
	{
		name: 'a failed engine',
		verdict: judgeUnits({ failed: ['docker.service'], fault: undefined }),
		...{ status: 'problem', says: /docker\.service/ },
	},
	{
		name: 'no systemd',
		verdict: judgeUnits({ failed: [], fault: 'Failed to connect to bus' }),
		status: 'problem',
	},
	{
		name: 'an engine inside that is silent',
		verdict: judgeDeviceEngine({ code: 1, stdout: '', stderr: 'Cannot connect' }),
		...{ status: 'problem', says: /Cannot connect/ },
	},
	{ name: 'no config.json', verdict: judgeDeviceConfig(undefined), status: 'problem' },
	{
		name: 'a config.json that is no JSON',
		verdict: judgeDeviceConfig('{"uuid": '),
		...{ status: 'problem', says: /is not JSON/ },
	},
	{
		name: 'a config.json with a wrong value',
		verdict: judgeDeviceConfig('{"listenPort": "abc"}'),
		...{ status: 'problem', says: /listenPort must be a port, got "abc"/ },
	},
	{
		name: 'a good config.json',
		verdict: judgeDeviceConfig('{"uuid": "0123456789"}'),
		...{ status: 'ok', says: /no cloud, uuid 0123456$/ },
	},
	{
		name: 'no supervisor',
		verdict: judgeSupervisorContainer({ code: 1, stdout: '', stderr: '' }),
		status: 'problem',
	},
	{
		name: 'a supervisor that ended',
		verdict: judgeSupervisorContainer({ code: 0, stdout: 'exited a:b 1 \n', stderr: '' }),
		...{ status: 'problem', says: /exited \(exit code 1\)/ },
	},
	{
		name: 'a supervisor that runs',
		verdict: judgeSupervisorContainer({ code: 0, stdout: 'running a:b 0 \n', stderr: '' }),
		...{ status: 'ok', says: /a:b/ },
	},
	{
		name: 'an API that is silent',
		verdict: judgeSupervisorApi({ url: 'u', fault: 'refused', obstacle: undefined }),
		...{ status: 'problem', says: /nothing answers on u/ },
	},
	{
		name: 'a supervisor that cannot start',
		verdict: judgeSupervisorApi({ url: 'u', fault: undefined, obstacle: 'config.json is bad' }),
		...{ status: 'problem', says: /cannot start: config\.json is bad/ },
	},
	{ name: 'a settled device', verdict: judgeState(state({ cloud })), status: 'ok' },
	{ name: 'a device without a cloud', verdict: judgeState(state({})), status: 'ok' },
	{
		name: 'a refused key',
		verdict: judgeState(state({ cloud: { ...cloud, state: 'refused' } })),
		...{ status: 'problem', says: /refused/ },
	},
	{
		name: 'a cloud that fails',
		verdict: judgeState(state({ cloud: { ...cloud, state: 'failing', lastError: 'no DNS' } })),
		...{ status: 'warning', says: /failing \(no DNS\)/ },
	},
	{
		name: 'a rejected app',
		verdict: judgeState(state({ cloud }, { apps: [app('rejected', 'no image')] })),
		...{ status: 'problem', says: /hello is rejected: no image/ },
	},
	{
		name: 'an app that fails',
		verdict: judgeState(state({ cloud }, { apps: [app('backoff', 'pull failed')] })),
		...{ status: 'problem', says: /hello fails: pull failed/ },
	},
	{
		name: 'work that is held back',
		verdict: judgeState(state({ cloud }, { loop: { state: 'held', reason: 'locked' } })),
		...{ status: 'warning', says: /locked/ },
	},
];

describe('what the doctor says of a device', () => {
	for (const { name, verdict, status, says = /./ } of cases) {
		it(`must be ${status} for ${name}`, () => {
			expect(verdict.status).to.equal(status);
			expect(verdict.says).to.match(says);
		});
	}

	it('must find the failed units in the list of systemctl', async () => {
		const shell = createFakeShell({
			'docker exec t-device systemctl list-units --failed --plain --no-legend':
				'x.service loaded failed failed X\ny.mount loaded failed failed Y\n',
		});
		const ports = { apiPort: 1, pagePort: 2, sshPort: 3, cloudPort: 4, registryPort: 5 };
		const verdict = await deviceUnitsCheck.run({
			...{ shell, ports, root: '/', names: toDindNames('t') },
		});
		expect(verdict.says).to.equal('failed in the device: x.service, y.mount');
	});
});
