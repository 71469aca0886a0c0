import { expect } from 'chai';
import type { ContainerSpec } from '../model/container-spec.ts';
import type { Step } from '../model/plan.ts';
import { changeOf, type Change } from './explain-change.ts';

const base = { id: 'x', resource: 'web', cause: 'new image', after: [], serviceName: 'web' };
const spec: ContainerSpec = {
	name: 'web_1_1_c1',
	networks: [],
	config: {
		Image: 'web:1',
		Labels: {},
		Env: [],
		HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } },
	},
};
const create: Step = { ...base, kind: 'createContainer', spec };
const start: Step = { ...base, kind: 'startContainer', container: 'c' };
const stop: Step = { ...base, kind: 'stopContainer', container: 'c' };
const remove: Step = { ...base, kind: 'removeContainer', container: 'c' };
const rename = (name: string): Step => ({ ...base, kind: 'renameContainer', container: 'c', name });

/** The last change after these steps. */
function after(...steps: readonly Step[]): string | undefined {
	const last = steps.reduce<Change | undefined>(
		(before, step) => changeOf(step, before) ?? before,
		undefined,
	);
	return last?.text;
}

describe('changeOf', () => {
	it('must tell that a service was started after a switch, whatever is cleaned up after it', () => {
		expect(after(create, stop, start, remove)).to.equal('started: new image');
		expect(after(create, start, stop, remove)).to.equal('started: new image');
		expect(after(stop, remove, create, start)).to.equal('started: new image');
	});

	it('must tell stops and removals that nothing follows', () => {
		expect(after(start, { ...stop, cause: 'stop asked for' })).to.equal('stopped: stop asked for');
		expect(after(stop, remove)).to.equal('removed: new image');
	});

	it('must tell a new name, but not that a container is put aside', () => {
		expect(after(rename('web_1_2_c2'))).to.equal('renamed: new image');
		expect(after(rename('old_web_1_1_c1'))).to.equal(undefined);
	});

	it('must tell a restart', () => {
		const restart: Step = { ...base, kind: 'restartContainer', container: 'c' };
		expect(after(start, { ...restart, cause: 'restart asked for' })).to.equal(
			'restarted: restart asked for',
		);
	});

	it('must tell nothing of steps that change no service', () => {
		expect(after({ ...base, kind: 'pullImage', image: 'web:1', services: [] })).to.equal(undefined);
	});
});
