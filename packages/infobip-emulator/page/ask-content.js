import { ask } from './dialogs.js'

/** A place to send, or undefined. */
export async function askLocation() {
  const values = await ask({
    title: 'Send a location',
    submit: 'Send',
    fields: [
      {
        name: 'latitude',
        label: 'Latitude',
        type: 'number',
        step: 'any',
        min: '-90',
        max: '90',
        required: true,
        value: '45.8150',
      },
      {
        name: 'longitude',
        label: 'Longitude',
        type: 'number',
        step: 'any',
        min: '-180',
        max: '180',
        required: true,
        value: '15.9819',
      },
      { name: 'name', label: 'Name', value: 'Zagreb' },
      { name: 'address', label: 'Address' },
    ],
  })
  if (values === undefined) return undefined
  const { latitude, longitude, name, address } = values
  return {
    latitude: Number(latitude),
    longitude: Number(longitude),
    ...(name && { name }),
    ...(address && { address }),
  }
}

/** A contact to send, or undefined. */
export async function askContact() {
  const values = await ask({
    title: 'Send a contact',
    submit: 'Send',
    fields: [
      { name: 'firstName', label: 'First name', required: true, value: 'Ana' },
      { name: 'lastName', label: 'Last name', value: 'Horvat' },
      { name: 'phone', label: 'Phone', type: 'tel', value: '+385912345678' },
    ],
  })
  if (values === undefined) return undefined
  const { firstName, lastName, phone } = values
  const formattedName = [firstName, lastName].filter(Boolean).join(' ')
  return {
    name: { firstName, formattedName, ...(lastName && { lastName }) },
    ...(phone && { phones: [{ phone, type: 'CELL' }] }),
  }
}
