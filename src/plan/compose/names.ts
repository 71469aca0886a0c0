import { containerNameOf } from '../../model/container-name.ts';
import type { AppId, AppUuid } from '../../model/ids.ts';
import type { TargetRelease, TargetService } from '../../model/target.ts';

/** Engine name of a service's container in a release (contract 4.3). */
export function containerNameIn(release: TargetRelease, service: TargetService): string {
	return containerNameOf({
		serviceName: service.serviceName,
		imageId: service.imageId,
		releaseId: release.releaseId,
		commit: release.commit,
	});
}

/** Engine name of a network of a composition. */
export function networkNameOf(appUuid: AppUuid, name: string): string {
	return `${appUuid}_${name}`;
}

/** Engine name of a volume of a composition. */
export function volumeNameOf(appId: AppId, name: string): string {
	return `${appId}_${name}`;
}
