import { expect } from 'chai';
import { toDindNames } from '../commands/names.ts';
import { toSubnets } from '../commands/objects.ts';
import { createFakeShell } from '../testing/fake-shell.ts';
import { ensureNetwork } from './ensure-network.ts';

const names = toDindNames('t');
const absent = { code: 1 };
const overlap = { code: 1, stderr: 'Pool overlaps with other one on this address space' };
const [first = '', second = ''] = toSubnets('t');
const create = (subnet: string) =>
	`docker network create --label io.holdfast.dind=t --subnet ${subnet} t-net`;

describe('ensureNetwork', () => {
	it('must leave a network alone that is there', async () => {
		const shell = createFakeShell({ 'docker network inspect': 'id' });
		await ensureNetwork({ shell }, names);
		expect(shell.ran.length).to.equal(1);
	});

	it('must take another subnet where the first is taken', async () => {
		const rules = {
			'docker network inspect': absent,
			[create(first)]: overlap,
			[create(second)]: '',
		};
		const shell = createFakeShell(rules);
		await ensureNetwork({ shell }, names);
		expect(shell.ran.slice(1)).to.deep.equal([create(first), create(second)]);
	});

	it('must say why no network can be made', async () => {
		const rules = {
			'docker network inspect': absent,
			'docker network create': { code: 1, stderr: 'no room' },
		};
		const shell = createFakeShell(rules);
		await ensureNetwork({ shell }, names).then(
			() => expect.fail('must fail'),
			(thrown: unknown) => expect(String(thrown)).to.include('no room'),
		);
		expect(shell.ran.length).to.equal(2);
	});

	it('must keep clear of the pools engines take subnets from', () => {
		const subnets = toSubnets('holdfast');
		expect(new Set(subnets).size).to.equal(subnets.length);
		expect(subnets.every((subnet) => subnet.startsWith('10.213.'))).to.equal(true);
	});
});
