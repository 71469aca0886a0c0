import type { DeviceRow, ReleaseRow, TagRow, VariableRow } from '../store/rows.ts';
import type { ODataRow } from './query.ts';

const link = (id: number | null): { __id: number } | null => (id === null ? null : { __id: id });

/** Fields of a report that OData shows on a device. */
const shown = [
	'status',
	'os_version',
	'os_variant',
	'supervisor_version',
	'provisioning_progress',
	'provisioning_state',
	'ip_address',
	'mac_address',
	'cpu_usage',
	'cpu_temp',
	'cpu_id',
	'memory_usage',
	'memory_total',
	'storage_usage',
	'storage_total',
	'storage_block_device',
	'is_undervolted',
];

export const toDeviceResource = (device: DeviceRow): ODataRow => ({
	id: device.id,
	uuid: device.uuid,
	device_name: device.name,
	belongs_to__application: link(device.fleet_id),
	is_pinned_on__release: link(device.pinned_release_id),
	should_be_running__release: link(device.pinned_release_id),
	is_running__release: link(device.running_release_id),
	is_frozen: device.frozen,
	created_at: device.created_at,
	last_connectivity_event: device.last_seen_at,
	...Object.fromEntries(shown.map((field) => [field, device.report[field] ?? null])),
});

export const toReleaseResource = (release: ReleaseRow): ODataRow => ({
	id: release.id,
	commit: release.commit,
	status: release.status,
	composition: release.composition,
	belongs_to__application: link(release.fleet_id),
	created_at: release.created_at,
});

export const toTagResource = ({ id, device_id, tag_key, value }: TagRow): ODataRow => ({
	id,
	device: link(device_id),
	tag_key,
	value,
});

export const toVariableResource = ({ id, device_id, name, value }: VariableRow): ODataRow => ({
	id,
	device: link(device_id),
	name,
	value,
});
