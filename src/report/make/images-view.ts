/** IMAGES: the catalogue, a line a system. Nothing found = exit 3. */
import {exitStatus} from '../../domain/error-codes.js'
import type {CatalogueImage} from '../../domain/ports/documents.js'
import type {ImagesResult} from '../../domain/results/images.js'
import {here} from '../../lib/command-on.js'
import {plural} from '../../lib/plural.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {ImagesBody} from '../shared/body.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'

const columns: readonly Column[] = [
  {title: 'NAME', identity: true},
  {title: 'SYSTEM'},
  {title: 'CPU', wrap: true},
  {title: 'LOGIN'},
  {title: 'EVIDENCE'},
]

export const imagesView: View<ImagesResult, ImagesBody> = {
  exit: ({images}) => (images.length === 0 ? exitStatus.notFound : exitStatus.ok),
  body: ({images}) => ({command: 'images', outcomes: [], images}),
  text: ({images}, {width}) => rowsTable(columns, images.map(cellsOf), width),
  terse: ({images}) =>
    rowsTerse(
      images.flatMap((image) => image.files.map(({arch, url}) => [image.name, image.title, arch, url, image.evidence])),
    ),
  notes: ({images, words}) => [
    images.length === 0
      ? `no image of the catalogue fits ${words.join(' ')}`
      : `${plural(images.length, 'image')}; next: ${here`ctys new NAME HOST --image ${images[0]?.name ?? ''}`}; more of your own: ~/.ctys/images.yaml`,
  ],
}

function cellsOf({name, title, files, login = '', evidence}: CatalogueImage): readonly string[] {
  return [name, title, files.map(({arch}) => arch).join(' '), login, evidence]
}
