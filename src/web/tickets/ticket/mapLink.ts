/**
 * The map page of a place. Pure.
 * @param mapUrl of the site, with `{place}` and perhaps `{city}`
 * @returns null: the site has no map, or the ticket no place
 */
export function mapLink(mapUrl: string | null | undefined, place: string, city: string): string | null {
  if (!mapUrl || place.trim() === '') return null
  return mapUrl.replaceAll('{place}', encodeURIComponent(place.trim())).replaceAll('{city}', encodeURIComponent(city))
}
