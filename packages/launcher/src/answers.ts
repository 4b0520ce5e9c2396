import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect } from 'node:net'
import type { ReadyState } from './node-program.ts'

const TIMEOUT_MS = 2_000
const BODY_BYTES = 300

/** Whether a URL answers 200; if not, what it says. Of our own children alone: their certificates are not looked at. */
export function answersOk(url: string): Promise<ReadyState> {
  return new Promise((resolve) => {
    const no = (why: string): void => resolve({ ready: false, why })
    const request = url.startsWith('https:')
      ? requestHttps(url, { timeout: TIMEOUT_MS, rejectUnauthorized: false, agent: false })
      : requestHttp(url, { timeout: TIMEOUT_MS, agent: false })
    request.once('timeout', () => request.destroy(new Error('no answer')))
    request.once('error', (error) => no(error.message))
    request.once('response', (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body = (body + chunk).slice(0, BODY_BYTES)))
      response.once('error', (error) => no(error.message))
      response.once('end', () => {
        if (response.statusCode === 200) resolve({ ready: true })
        else no(`${response.statusCode} ${body.replaceAll(/\s+/g, ' ')}`)
      })
    })
    request.end()
  })
}

/** Whether anything takes a connection there. */
export function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS })
    const end = (taken: boolean): void => {
      socket.destroy()
      resolve(taken)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
