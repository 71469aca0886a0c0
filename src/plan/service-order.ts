import { dependenciesOf } from '../model/target/references.ts';
import type { TargetService } from '../model/target.ts';
import type { ServiceDecision } from './service-decision.ts';
import { stepIds } from './step-ids.ts';
import { stopsAtOnce } from './strategy.ts';

/** In the order of the target, but dependencies before those that need them. */
export function dependenciesFirst(services: readonly TargetService[]): readonly TargetService[] {
	const byName = new Map<string, TargetService>(
		services.map((service) => [service.serviceName, service]),
	);
	const ordered = new Set<TargetService>();
	const visit = (service: TargetService): void => {
		if (ordered.has(service)) return;
		for (const name of dependenciesOf(service)) {
			const dependency = byName.get(name);
			if (dependency !== undefined) visit(dependency);
		}
		ordered.add(service);
	};
	services.forEach(visit);
	return [...ordered];
}

/** Services stop before those that they follow, as far as these do not stop under earlier locks. */
export function withFollowers(decisions: readonly ServiceDecision[]): ServiceDecision[] {
	const followers = decisions.filter(({ follows }) => follows.length > 0);
	if (followers.length === 0) return [...decisions];
	return decisions.map((decision) => {
		const own = followers.filter(
			(follower) =>
				follower.follows.includes(decision.service.serviceName) &&
				(stopsAtOnce(follower) || !stopsAtOnce(decision)),
		);
		const stopsAfter = own.flatMap(({ obsolete }) =>
			obsolete.map(({ container }) => stepIds.stopContainer(container.name)),
		);
		return stopsAfter.length === 0 ? decision : { ...decision, stopsAfter };
	});
}
