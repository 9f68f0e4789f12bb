# install.cmake - what `cmake --install` puts where, and the Debian packages that cpack makes.
#
# Components: supplynet (program, manual pages, completion), libsupplynet0, libsupplynet-dev.
include(GNUInstallDirs)

# Manual pages come out of the built program, so that they never say anything else than --help;
# those of the formats and the methods out of docs/, where lowdown is there.
find_program(LOWDOWN lowdown)
set(manuals ${PROJECT_BINARY_DIR}/manuals)
add_custom_command(OUTPUT ${manuals}/stamp
  COMMAND ${PROJECT_SOURCE_DIR}/script/manuals $<TARGET_FILE:supplynet> ${manuals}
          $<$<BOOL:${LOWDOWN}>:${LOWDOWN}>
  COMMAND ${CMAKE_COMMAND} -E touch ${manuals}/stamp
  DEPENDS supplynet ${PROJECT_SOURCE_DIR}/script/manuals
          ${PROJECT_SOURCE_DIR}/docs/formats.md
  COMMENT "Writing manual pages" VERBATIM)
add_custom_target(manuals DEPENDS ${manuals}/stamp)

configure_file(cli/supplynet.pc.in ${PROJECT_BINARY_DIR}/supplynet.pc @ONLY)

install(TARGETS supplynet RUNTIME COMPONENT supplynet)
install(TARGETS libsupplynet
  LIBRARY COMPONENT libsupplynet0 NAMELINK_COMPONENT libsupplynet-dev
  PUBLIC_HEADER COMPONENT libsupplynet-dev)
install(FILES ${PROJECT_BINARY_DIR}/supplynet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
  COMPONENT libsupplynet-dev)
install(DIRECTORY ${manuals}/ DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT supplynet
  OPTIONAL FILES_MATCHING PATTERN "*.[157].gz")
install(FILES ${manuals}/supplynet.bash RENAME supplynet OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT supplynet)
install(FILES ${manuals}/supplynet.zsh RENAME _supplynet OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT supplynet)
install(FILES ${manuals}/supplynet.fish OPTIONAL
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT supplynet)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT supplynet)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT supplynet)
foreach(package IN ITEMS supplynet libsupplynet0 libsupplynet-dev)
  install(FILES script/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    COMPONENT ${package})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME supplynet)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "supplynet")
set(CPACK_PACKAGE_CONTACT "supplynet maintainers <maintainers@supplynet.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL supplynet libsupplynet0 libsupplynet-dev)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_SUPPLYNET_PACKAGE_NAME supplynet)
set(CPACK_DEBIAN_SUPPLYNET_PACKAGE_SECTION science)
set(CPACK_DEBIAN_LIBSUPPLYNET0_PACKAGE_NAME libsupplynet0)
set(CPACK_DEBIAN_LIBSUPPLYNET0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBSUPPLYNET-DEV_PACKAGE_NAME libsupplynet-dev)
set(CPACK_DEBIAN_LIBSUPPLYNET-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBSUPPLYNET-DEV_PACKAGE_DEPENDS "libsupplynet0 (= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_SUPPLYNET_DESCRIPTION
  "Finds the chokepoints of supply networks of countries, firms and processing stages,\n and what their removal does to buyers; critical minerals are built in.")
set(CPACK_COMPONENT_LIBSUPPLYNET0_DESCRIPTION
  "The shared library: load networks, ask what removals cost, get JSON reports.")
set(CPACK_COMPONENT_LIBSUPPLYNET-DEV_DESCRIPTION
  "Header and pkg-config file of the library.")
include(CPack)
