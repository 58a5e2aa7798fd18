<?xml version="1.0"?>
<!-- SPDX-License-Identifier: GPL-2.0-only -->
<!--
  libvirt's <cpudata> as one line an element: its line, its name, and each
  attribute in brackets, because an attribute may hold anything.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:saxon="http://icl.com/saxon">
<xsl:output method="text" encoding="UTF-8"/>

<xsl:template match="/">
  <xsl:apply-templates select="*"/>
</xsl:template>

<xsl:template match="/cpudata">
  <xsl:call-template name="start"/>
  <xsl:apply-templates select="@arch"/>
  <xsl:text>&#10;</xsl:text>
  <xsl:apply-templates select="cpuid|msr"/>
</xsl:template>

<xsl:template match="/*[not(self::cpudata)]">
  <xsl:call-template name="start"/>
  <xsl:text>&#10;</xsl:text>
</xsl:template>

<xsl:template match="cpuid">
  <xsl:call-template name="start"/>
  <!-- before libvirt 2.2 there were no subleaves -->
  <xsl:apply-templates select="(@eax_in|@function)[1]"/>
  <xsl:apply-templates select="@ecx_in"/>
  <xsl:if test="not(@ecx_in)">[0x0]</xsl:if>
  <xsl:apply-templates select="@eax"/>
  <xsl:apply-templates select="@ebx"/>
  <xsl:apply-templates select="@ecx"/>
  <xsl:apply-templates select="@edx"/>
  <xsl:text>&#10;</xsl:text>
</xsl:template>

<xsl:template match="msr">
  <xsl:call-template name="start"/>
  <xsl:apply-templates select="@index"/>
  <xsl:apply-templates select="@edx"/>
  <xsl:apply-templates select="@eax"/>
  <xsl:text>&#10;</xsl:text>
</xsl:template>

<xsl:template name="start">
  <xsl:value-of select="saxon:line-number()"/>
  <xsl:text> </xsl:text>
  <xsl:value-of select="name()"/>
  <xsl:text> </xsl:text>
</xsl:template>

<xsl:template match="@*">
  <xsl:text>[</xsl:text>
  <xsl:value-of select="translate(., '&#10;&#13;[]', '????')"/>
  <xsl:text>]</xsl:text>
</xsl:template>
</xsl:stylesheet>
