import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import { findGroup, requireGroup } from './group.ts';

const listing = 'docker ps --all --filter label=io.holdfast.dind --format';

describe('findGroup', () => {
	it('must find the devices that share a cloud, in the order of their numbers', async () => {
		const shell = createFakeShell({
			[listing]: [
				't.10 t.10-device',
				't.2 t.2-device',
				't t-cloud',
				't t-device',
				'tt tt-device',
				'other other-device',
				'',
			].join('\n'),
		});
		const found = await findGroup({ shell }, toDindNames('t.2'));
		expect(found.map(({ name }) => name)).to.deep.equal(['t', 't.2', 't.10']);
	});

	it('must not take a cloud without a device for one', async () => {
		const shell = createFakeShell({ [listing]: 't t-cloud\n' });
		await requireGroup({ shell }, toDindNames('t')).then(
			() => expect.fail('must fail'),
			(thrown: unknown) => expect(String(thrown)).to.include('no device named t or t.2'),
		);
	});
});
