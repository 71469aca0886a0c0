import { expect } from 'chai';
import { depsOf } from '../testing/fixture.ts';
import { createStatusWriter, type StatusInput } from './status-text.ts';

describe('createStatusWriter', () => {
	const { snapshot, v3 } = depsOf({ log: [] });
	let base: StatusInput;
	before(async () => {
		const device = await v3.device();
		const vitals = new Map<string, never>();
		base = { snapshot: snapshot(), device, vitals, now: new Date(5_000), isVisible: () => true };
	});

	/** Names of the apps in a text. */
	const appsOf = (text: string): string[] =>
		(JSON.parse(text) as { apps: { appUuid: string }[] }).apps.map(({ appUuid }) => appUuid);

	it('must write once for all who ask within a second', () => {
		const write = createStatusWriter();
		const first = write(base);
		expect(write({ ...base, now: new Date(5_999) })).to.equal(first);
		expect(write({ ...base, now: new Date(6_000) })).not.to.equal(first);
	});

	it('must write anew when something changes', () => {
		const write = createStatusWriter();
		write(base);
		const changed = write({ ...base, snapshot: { ...base.snapshot, revision: 77 } });
		expect(JSON.parse(changed)).to.have.property('revision', 77);
	});

	it('must give nobody the text of a caller who sees more', () => {
		const write = createStatusWriter();
		expect(appsOf(write(base))).to.deep.equal(['uuid-1', 'uuid-2']);
		expect(appsOf(write({ ...base, isVisible: (appId) => appId === 2 }))).to.deep.equal(['uuid-2']);
		expect(appsOf(write({ ...base, isVisible: (appId) => appId === 1 }))).to.deep.equal(['uuid-1']);
		expect(appsOf(write(base))).to.deep.equal(['uuid-1', 'uuid-2']);
	});

	it('must tell apart the callers of apps that only the engine has', () => {
		const write = createStatusWriter();
		const { observed } = base.snapshot;
		const [container] = observed?.containers ?? [];
		const strays = [8, 9].flatMap((appId) =>
			container === undefined
				? []
				: [
						{
							...container,
							containerId: `c${appId}`,
							labels: { 'io.balena.app-uuid': `uuid-${appId}`, 'io.balena.app-id': String(appId) },
						},
					],
		);
		const world = observed && { ...observed, containers: strays };
		const snapshotOf = { ...base.snapshot, observed: world };
		const seenBy = (own: number): string[] =>
			appsOf(write({ ...base, snapshot: snapshotOf, isVisible: (appId) => appId === own }));
		expect([seenBy(8), seenBy(9)]).to.deep.equal([['uuid-8'], ['uuid-9']]);
	});
});
