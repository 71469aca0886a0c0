import { expect } from 'chai';
import { ToolError } from '../effects/errors.ts';
import { pickService } from './service-shell.ts';

const container = (id: string, state: string, serviceName: string) => {
	return { id, state, serviceName, containerName: `${serviceName}_1_1_${id}` };
};

describe('pickService', () => {
	const web = container('a', 'running', 'web');
	const old = container('b', 'exited', 'web');
	const worker = container('c', 'exited', 'worker');

	it('must be the container that runs', () => {
		expect(pickService([old, web], 'web')).to.equal(web);
	});

	it('must take the name of a container, too', () => {
		expect(pickService([old, web], 'web_1_1_a')).to.equal(web);
	});

	const refusals = [
		{ wanted: 'nope', says: /no service nope/, todo: /These run: web\./ },
		{ wanted: 'worker', says: /does not run.*exited/, todo: /These run: web\./ },
	];
	for (const { wanted, says, todo } of refusals) {
		it(`must say what there is instead of ${wanted}`, () => {
			const pick = () => pickService([web, worker], wanted);
			expect(pick).to.throw(ToolError, says).with.property('todo').that.matches(todo);
		});
	}

	it('must ask which one is meant of several apps', () => {
		const other = container('d', 'running', 'web');
		expect(() => pickService([web, other], 'web'))
			.to.throw(ToolError, /several/)
			.with.property('todo')
			.that.matches(/web_1_1_a, web_1_1_d/);
	});
});
