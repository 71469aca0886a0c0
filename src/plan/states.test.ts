import { testScenarios, withContainer, withCopy } from './testing/scenario.ts';
import type { AppSketch } from './testing/sketch.ts';

const one: AppSketch = { services: { web: {} } };
const paused: AppSketch = { services: { web: { running: false } } };
const next = { commit: 'c2', releaseId: 2 };
const state = (name: 'created' | 'exited' | 'dead' | 'removing' | 'paused' | 'restarting') =>
	withContainer('web', { state: name });
const wish = (kind: 'start' | 'stop') => ({ intents: [{ kind, serviceName: 'web' }] });

describe('the plan for states of containers', () => {
	testScenarios([
		{
			name: 'start what was created but never started',
			before: one,
			since: state('created'),
			target: one,
			plan: ['#1 startContainer web (created but never started)'],
		},
		{
			name: 'attach what is missing before the start',
			before: one,
			since: withContainer('web', { state: 'created', networks: [] }),
			target: one,
			plan: [
				'#1 connectNetwork web (not attached)',
				'#2 startContainer web after #1 (created but never started)',
			],
		},
		{
			name: 'attach a running container without a restart',
			before: one,
			since: withContainer('web', { networks: [] }),
			target: one,
			plan: ['#1 connectNetwork web (not attached)'],
		},
		{
			name: 'leave exited containers to the restart policy of the engine',
			before: one,
			since: state('exited'),
			target: one,
			plan: [],
		},
		{
			name: 'leave paused containers alone',
			before: one,
			since: state('paused'),
			target: one,
			plan: [],
		},
		{
			name: 'leave restarting containers alone',
			before: one,
			since: state('restarting'),
			target: one,
			plan: [],
		},
		{
			name: 'remake dead containers',
			before: one,
			since: state('dead'),
			target: one,
			plan: [
				'#1 removeContainer web (dead)',
				'#2 createContainer web after #1 (dead)',
				'#3 startContainer web after #2 (dead)',
			],
		},
		{
			name: 'wait for a container that is being removed and holds the name',
			before: one,
			since: state('removing'),
			target: one,
			plan: [],
		},
		{
			name: 'not wait for one that holds another name',
			before: one,
			since: state('removing'),
			target: { ...one, ...next },
			plan: [
				'#1 createContainer web (absent on engine)',
				'#2 startContainer web after #1 (absent on engine)',
				'#3 recordCommit hello after #2 (release is applied)',
			],
		},
		{
			name: 'replace an exited container without locks',
			before: one,
			since: state('exited'),
			target: { ...next, services: { web: { image: 'web:2' } } },
			plan: [
				'#1 pullImage web (image absent)',
				'#2 createContainer web after #1 (new image)',
				'#3 startContainer web after #2 (new image)',
				'#4 removeContainer web after #3 (new image)',
				'#5 recordCommit hello after #4 (release is applied)',
			],
		},
		{
			name: 'make but not start a service that shall not run',
			target: paused,
			plan: [
				'#1 pullImage web (image absent)',
				'#2 createNetwork default (absent on engine)',
				'#3 createContainer web after #1 #2 (absent on engine)',
				'#4 recordCommit hello after #3 (release is applied)',
			],
		},
		{
			name: 'stop a service that shall not run any more',
			before: one,
			target: paused,
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (target says stopped)',
				'#3 releaseLocks hello after #2 (the change is done)',
			],
		},
		{
			name: 'start a service that was made but not to run',
			before: paused,
			target: one,
			plan: ['#1 startContainer web (created but never started)'],
		},
		{
			name: 'stop a service when asked to',
			before: one,
			target: one,
			more: wish('stop'),
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (stop asked for)',
				'#3 releaseLocks hello after #2 (the change is done)',
			],
		},
		{
			name: 'do nothing more once it is stopped',
			before: one,
			since: state('exited'),
			target: one,
			more: wish('stop'),
			plan: [],
		},
		{
			name: 'start an exited service when asked to',
			before: one,
			since: state('exited'),
			target: one,
			more: wish('start'),
			plan: ['#1 startContainer web (start asked for)'],
		},
		{
			name: 'start when asked to although the target says stopped',
			before: paused,
			target: paused,
			more: wish('start'),
			plan: ['#1 startContainer web (created but never started)'],
		},
		{
			name: 'replace the containers that are asked for',
			before: one,
			target: one,
			more: { intents: [{ kind: 'replace', containerIds: ['container-2'] }] },
			plan: [
				'#1 takeLocks hello (running services are about to change)',
				'#2 stopContainer web after #1 (replacement asked for)',
				'#3 removeContainer web after #2 (replacement asked for)',
				'#4 createContainer web after #3 (replacement asked for)',
				'#5 startContainer web after #4 (replacement asked for)',
				'#6 releaseLocks hello after #5 (the change is done)',
			],
		},
		{
			name: 'have replaced them when only others are left',
			before: one,
			target: one,
			more: { intents: [{ kind: 'replace', containerIds: ['gone'] }] },
			plan: [],
		},
		{
			name: 'remove a stopped duplicate without locks',
			before: one,
			since: withCopy('web', { containerId: 'x', name: 'x', state: 'exited' }),
			target: one,
			plan: ['#1 removeContainer web (duplicate)'],
		},
	]);
});
