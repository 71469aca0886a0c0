import { expect } from 'chai';
import type { Step } from '../model/plan.ts';
import { step } from './testing/executor-bench.ts';
import { createTurns, type StepTurns } from './turns.ts';

const limits = { pulls: 3, steps: 4, departures: 5, switches: 2 };

type Fields = Parameters<typeof step>[1];

function of(serviceName: string, id: string, fields: Fields): Step {
	return { ...step(id, fields), serviceName };
}

const stop = (service: string): Step =>
	of(service, `stop ${service}`, { kind: 'stopContainer', container: service });
const start = (service: string): Step =>
	of(service, `start ${service}`, { kind: 'startContainer', container: service });
const remove = (service: string): Step =>
	of(service, `remove ${service}`, { kind: 'removeContainer', container: service });

/** Names of the steps that may begin now. */
function begun(turns: StepTurns): string[] {
	const ids: string[] = [];
	for (let next = turns.next(); next !== undefined; next = turns.next()) ids.push(next.id);
	return ids;
}

/** Stops of services that are started again, all ready. */
function switching(...services: string[]): { turns: StepTurns; stops: readonly Step[] } {
	const stops = services.map(stop);
	const turns = createTurns([...stops, ...services.map(start), ...services.map(remove)], limits);
	for (const one of stops) turns.enter(one);
	return { turns, stops };
}

describe('createTurns', () => {
	it('must keep down no more services at once than are replaced at once', () => {
		const { turns } = switching('a', 'b', 'c', 'd');
		expect(begun(turns)).to.deep.equal(['stop a', 'stop b']);
	});

	it('must bring a service back before it stops another', () => {
		const { turns, stops } = switching('a', 'b', 'c');
		begun(turns);
		stops.slice(0, 1).forEach((one) => turns.ended(one));
		turns.enter(start('a'));
		expect(begun(turns)).to.deep.equal(['start a']);
	});

	it('must stop the next service when one is back', () => {
		const { turns, stops } = switching('a', 'b', 'c');
		begun(turns);
		const back = start('a');
		stops.slice(0, 1).forEach((one) => turns.ended(one));
		turns.enter(back);
		begun(turns);
		turns.ended(back);
		expect(begun(turns)).to.deep.equal(['stop c']);
	});

	it('must stop the next service when one that is down waits for something else', () => {
		const { turns, stops } = switching('a', 'b', 'c');
		begun(turns);
		stops.slice(0, 2).forEach((one) => turns.ended(one));
		expect(begun(turns)).to.deep.equal(['stop c']);
	});

	it('must let others begin beside a stop that takes its time', () => {
		const { turns, stops } = switching('a', 'b', 'c');
		begun(turns);
		stops.slice(0, 1).forEach((one) => turns.giveWay(one));
		expect(begun(turns)).to.deep.equal(['stop c']);
	});

	it('must tidy up when no service is left to stop', () => {
		const { turns, stops } = switching('a', 'b', 'c');
		turns.enter(remove('x'));
		expect(begun(turns)).to.deep.equal(['stop a', 'stop b']);
		stops.slice(0, 1).forEach((one) => turns.ended(one));
		expect(begun(turns)).to.deep.equal(['stop c', 'remove x']);
	});

	it('must remove what has stopped before more stops where no service is to start', () => {
		const services = ['a', 'b', 'c', 'd', 'e'];
		const stops = services.map(stop);
		const turns = createTurns([...stops, ...services.map(remove)], limits);
		for (const one of stops) turns.enter(one);
		begun(turns);
		stops.slice(0, 1).forEach((one) => turns.ended(one));
		turns.enter(remove('a'));
		expect(begun(turns)).to.deep.equal(['remove a']);
	});

	it('must start what is made before it makes more', () => {
		const services = ['a', 'b', 'c', 'd', 'e', 'f'];
		const creations = services.map((service) =>
			of(service, `make ${service}`, {
				kind: 'renameContainer',
				container: service,
				name: service,
			}),
		);
		const starts = services.map(start);
		const turns = createTurns([...creations, ...starts], limits);
		for (const one of creations) turns.enter(one);
		expect(begun(turns)).to.deep.equal(['make a', 'make b', 'make c', 'make d']);
		creations.slice(0, 2).forEach((one) => turns.ended(one));
		starts.slice(0, 2).forEach((one) => turns.enter(one));
		expect(begun(turns)).to.deep.equal(['start a', 'start b']);
	});

	it('must bound all steps but waits, and pulls by themselves', () => {
		const services = ['a', 'b', 'c', 'd', 'e', 'f'];
		const pulls = services.map((id) => step(id, { kind: 'pullImage', image: id, services: [] }));
		const stops = services.map(stop);
		const turns = createTurns([...stops, ...pulls, start('g')], limits);
		for (const one of [...stops, ...pulls]) turns.enter(one);
		expect(begun(turns)).to.deep.equal(['a', 'b', 'c', 'stop a', 'stop b', 'stop c', 'stop d']);
	});

	it('must do more at once where services only go', () => {
		const stops = ['a', 'b', 'c', 'd', 'e', 'f'].map(stop);
		const turns = createTurns(stops, limits);
		for (const one of stops) turns.enter(one);
		expect(begun(turns)).to.deep.equal(['stop a', 'stop b', 'stop c', 'stop d', 'stop e']);
	});
});
